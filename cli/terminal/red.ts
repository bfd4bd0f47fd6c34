import { styleText } from 'node:util';
import { legible } from '../../domain/legible';

/** How a text is printed that tells of something that isn't ok. */
export type Red = (text: string) => string;

/** What tells of something that isn't ok. */
export class NotOk {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** On a line of its own it is red up to the first colon: a word, a state or a code. */
  line(red: Red): string {
    const [, said = '', rest = ''] = /^(.*?)(: .*)?$/s.exec(legible(this.text)) ?? [];
    return red(said) + rest;
  }
}

export function notOk(text: string): NotOk {
  return new NotOk(text);
}

/** The text as it is. */
export const plain: Red = (text) => text;

/** Red on a terminal that shows colours. Node decides that, by `NO_COLOR` and `TERM` too. */
export function redOn(
  stream: { hasColors?(env: NodeJS.ProcessEnv): boolean },
  env: NodeJS.ProcessEnv,
): Red {
  if (stream.hasColors?.(env) !== true) return plain;
  return (text) => (text === '' ? '' : styleText('red', text, { validateStream: false }));
}
