import type { Format } from './format';

/** First strong isolate, and its end: text between them keeps its own direction. */
const [OPEN, CLOSE] = ['\u2068', '\u2069'];

const isolate = (text: string) => `${OPEN}${text}${CLOSE}`;

/**
 * Words whose arguments are isolated, so that names, prices and dates of another direction leave
 * the sentence around them as it is.
 */
export function isolated<Words extends object>(words: Words): Words {
  const members = Object.entries(words).map(([name, member]) => [name, withIsolation(member)]);
  return Object.fromEntries(members);
}

function withIsolation(member: unknown): unknown {
  if (typeof member === 'function')
    return (...given: unknown[]) => member(...given.map(isolatedArgument));
  return typeof member === 'object' && member !== null ? isolated(member) : member;
}

function isolatedArgument(given: unknown): unknown {
  if (typeof given === 'string') return isolate(given);
  if (Array.isArray(given)) return given.map(isolatedArgument);
  return typeof given === 'object' && given !== null ? isolatedFormat(given as Format) : given;
}

function isolatedFormat(format: Format): Format {
  const members = Object.entries(format).map(([name, member]) => [
    name,
    typeof member === 'function' ? (...given: unknown[]) => isolate(member(...given)) : member,
  ]);
  return Object.fromEntries(members);
}
