import type { TemplateResult } from 'lit-html';
import { type SectionView, section } from '../view';

export function makeSection({ words }: SectionView): TemplateResult {
  return section('make', words, '');
}
