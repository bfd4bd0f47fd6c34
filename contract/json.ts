export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [key: string]: JsonValue };

/** JSON with sorted keys and without absent members, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member) => {
    if (member === null || typeof member !== 'object' || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

export const JSON_DEPTH_MAX = 100;

/**
 * Bounded in depth, so that no walk over a caller's value can run out of stack. An integer beyond ±(2^53 − 1) is none:
 * it has lost digits on its way here, and two that differ would look the same.
 */
export function isJson(value: unknown, depthLeft = JSON_DEPTH_MAX): value is JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isSafeInteger(value) || isFraction(value);
  if (typeof value !== 'object' || depthLeft === 0) return false;
  if (!Array.isArray(value) && !isPlainObject(value)) return false;
  return Object.values(value).every((member) => isJson(member, depthLeft - 1));
}

/** Whether nothing in it is nested more than so many levels deep, whatever else it is. */
export function isShallow(value: unknown, depthLeft: number): boolean {
  if (value === null || typeof value !== 'object') return true;
  return depthLeft > 0 && Object.values(value).every((member) => isShallow(member, depthLeft - 1));
}

/** How long it is as JSON. Only for what {@link isShallow}: what goes round in circles, or too deep, can't be written. */
export function jsonBytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

function isFraction(value: number): boolean {
  return Number.isFinite(value) && !Number.isInteger(value);
}

/** By the length of its prototype chain: the workflow sandbox has an Object of its own. */
function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A caller's value for an error message: short, and safe with anything (`String` would call the value's own toString). */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (value !== null && (typeof value === 'object' || typeof value === 'function'))
    return `a value of type ${typeof value}`;
  return String(value);
}
