import { HoldfastError } from '../../contract/errors';
import type { HttpTransport } from './transport';

/**
 * Over HTTP an act is kept with the token's name, so another one must not seem to be.
 *
 * @throws HoldfastError INVALID_ARGUMENT
 */
export function expectOwnName({ subject }: HttpTransport, by: string | undefined): void {
  if (subject === undefined || by === undefined || by === subject) return;
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    `Over HTTP an act is kept with the name in the token, ${subject}: say --by ${subject}.`,
  );
}
