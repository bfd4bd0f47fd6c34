import type { TemplateResult } from 'lit-html';
import { type SectionView, section } from '../view';

export function wentSection({ words }: SectionView): TemplateResult {
  return section('went', words, '');
}
