import { TokenRefusal } from '../../../tokens/refusal';

/** The types of tokens that give access (RFC 9068, RFC 7519); a token needs to name none. */
const TYPES = ['jwt', 'at+jwt'];

/**
 * Checks a token's `typ`, so that a token that was made for something else, such as `logout+jwt`,
 * gives no access.
 *
 * @throws TokenRefusal
 */
export function checkType(typ: unknown): void {
  if (typ === undefined) return;
  const isKnown =
    typeof typ === 'string' && TYPES.includes(typ.toLowerCase().replace(/^application\//, ''));
  if (!isKnown) throw new TokenRefusal('typ', "The token's typ is neither JWT nor at+jwt.");
}
