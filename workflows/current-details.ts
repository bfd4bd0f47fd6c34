import { setCurrentDetails } from '@temporalio/workflow';
import { legible } from '../domain/legible';

/**
 * What an operator reads in Temporal's UI, a paragraph each. A caller's or a provider's text begins none of its own: its line
 * breaks are shown escaped.
 */
export function showDetails(...paragraphs: string[]): void {
  setCurrentDetails(paragraphs.map(legible).join('\n\n'));
}
