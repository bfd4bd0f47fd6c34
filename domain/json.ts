export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** JSON with sorted keys and without absent members, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member) => {
    if (member === null || typeof member !== 'object' || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

const DEPTH_MAX = 100;

/** Also bounded in depth, so that no walk over a caller's value can run out of stack. */
export function isJson(value: unknown, depthLeft = DEPTH_MAX): value is JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depthLeft === 0) return false;
  if (!Array.isArray(value) && !isPlainObject(value)) return false;
  return Object.values(value).every((member) => isJson(member, depthLeft - 1));
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
