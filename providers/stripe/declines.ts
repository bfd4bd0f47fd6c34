/**
 * Why a card's issuer never wants to see it again: it was lost or stolen, its account is closed, its
 * owner has withdrawn, or there is no such card (docs.stripe.com/declines/codes).
 */
const NEVER_AGAIN: ReadonlySet<string> = new Set([
  ...['account_closed', 'fraudulent', 'incorrect_number', 'invalid_account', 'invalid_number'],
  ...['lost_card', 'merchant_blacklist', 'pickup_card', 'restricted_card', 'stolen_card'],
  ...['revocation_of_all_authorizations', 'revocation_of_authorization', 'security_violation'],
  'stop_payment_order',
]);

interface Decline {
  code?: string;
  decline_code?: string;
  /** What the issuer advises, if it does. */
  advice_code?: string;
}

/** A decline's reason in Stripe's words, and whether the card must never be charged again. */
export function declineOf(decline: Decline | null): { reason: string; retry?: 'never' } {
  const { code, decline_code: issuers, advice_code: advice } = decline ?? {};
  const isOver = advice === 'do_not_try_again' || [code, issuers].some(isNever);
  return { reason: issuers ?? code ?? 'declined', ...(isOver && { retry: 'never' as const }) };
}

const isNever = (code: string | undefined) => code !== undefined && NEVER_AGAIN.has(code);
