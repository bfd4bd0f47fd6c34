import type { Stripe } from 'stripe';
import { HoldfastError } from '../../contract/errors';

/** Stripe's check of signatures, of its package. */
export type StripeWebhooks = Pick<Stripe['webhooks'], 'signature'>;

/**
 * What was signed by one of the secrets, within the last `toleranceSeconds`.
 *
 * @param body as it came, byte by byte
 * @throws HoldfastError SIGNATURE_INVALID, SIGNATURE_EXPIRED, MALFORMED_REQUEST
 */
export function verified(
  webhooks: StripeWebhooks,
  { body, signature }: { body: Buffer; signature: string },
  { secrets, toleranceSeconds }: { secrets: readonly string[]; toleranceSeconds: number },
): unknown {
  const isSigned = (secret: string, withinSeconds: number) =>
    isVerified(webhooks, { body, signature }, secret, withinSeconds);
  // Stripe's check leaves the time out for zero seconds.
  const secret = secrets.find((one) => isSigned(one, 0));
  if (secret === undefined)
    throw new HoldfastError('SIGNATURE_INVALID', 'None of the secrets has signed the body.');
  if (!isSigned(secret, toleranceSeconds)) {
    const message = `It was signed more than ${toleranceSeconds} seconds ago.`;
    throw new HoldfastError('SIGNATURE_EXPIRED', message, { toleranceSeconds });
  }
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw new HoldfastError('MALFORMED_REQUEST', 'The body is no JSON.', {}, { cause });
  }
}

function isVerified(
  { signature: check }: StripeWebhooks,
  { body, signature }: { body: Buffer; signature: string },
  secret: string,
  withinSeconds: number,
): boolean {
  try {
    return check?.verifyHeader(body, signature, secret, withinSeconds) === true;
  } catch {
    return false;
  }
}
