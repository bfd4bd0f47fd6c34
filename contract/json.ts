export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [key: string]: JsonValue };

/** JSON with sorted keys and without absent members: equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member) => {
    if (member === null || typeof member !== 'object' || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

export const JSON_DEPTH_MAX = 100;

/** The bytes of JSON that a generation's input may have. */
export const INPUT_BYTES_MAX = 64 * 1024;

/**
 * Whether a value is JSON with at most `depthLeft` levels, so that no walk over a caller's value
 * runs out of stack. An integer beyond ±(2^53 − 1) is refused: it has lost digits, and two that
 * differ would look the same.
 */
export function isJson(value: unknown, depthLeft = JSON_DEPTH_MAX): value is JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isSafeInteger(value) || isFraction(value);
  if (typeof value !== 'object' || depthLeft === 0) return false;
  if (!Array.isArray(value) && !isPlainObject(value)) return false;
  return Object.values(value).every((member) => isJson(member, depthLeft - 1));
}

/** Whether a value of any type has at most `depthLeft` levels. */
export function isShallow(value: unknown, depthLeft: number): boolean {
  if (value === null || typeof value !== 'object') return true;
  return depthLeft > 0 && Object.values(value).every((member) => isShallow(member, depthLeft - 1));
}

/**
 * The length of a value as JSON, in bytes. The value must be {@link isShallow}: JSON can't hold a
 * cycle.
 */
export function jsonBytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

function isFraction(value: number): boolean {
  return Number.isFinite(value) && !Number.isInteger(value);
}

/** Judged by the prototype chain, because the workflow sandbox has an Object of its own. */
function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * A caller's value for an error message: short, and safe for any value (`String` would call the
 * value's own `toString`).
 */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (value !== null && (typeof value === 'object' || typeof value === 'function'))
    return `a value of type ${typeof value}`;
  return String(value);
}
