import { setCurrentDetails } from '@temporalio/workflow';
import { legible } from '../domain/legible';

/**
 * Shows paragraphs to operators in Temporal's UI. Line breaks in a caller's or a provider's text
 * are escaped, so such a text can't begin a paragraph of its own.
 */
export function showDetails(...paragraphs: string[]): void {
  setCurrentDetails(paragraphs.map(legible).join('\n\n'));
}
