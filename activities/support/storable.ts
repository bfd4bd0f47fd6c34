const LENGTH_MAX = 500;

/** A text of somebody else's as the ledger can keep it: short, without NUL and without half characters. */
export function storable(text: string): string {
  return String(text).replaceAll('\0', '').slice(0, LENGTH_MAX).toWellFormed();
}
