/**
 * The simulations of the stub generation provider, by `simulate` in a request's input. Each name
 * has its effect.
 */
export const SIMULATIONS = {
  transient: 'The provider is unreachable twice, then works.',
  'rate-limited': 'The provider asks to come back in a second, then works.',
  permanent: 'The job is accepted and then fails: content-refused.',
  refused: 'The job is never accepted: content-refused.',
  shorter: 'The output is about half as long as was asked for.',
  'finish-after-cancel': 'A cancellation comes too late: the job succeeds all the same.',
  hang: 'The job never ends by itself; cancelling works.',
  overbilled: 'As hang; cancelled, the job bills ten times what was asked for.',
  misbilled: 'As hang; cancelled, the job bills what is no time.',
  slow: 'The job takes ten times as long.',
} as const satisfies Record<string, string>;

export type Simulation = keyof typeof SIMULATIONS;

export function isSimulation(mode: unknown): mode is Simulation {
  return typeof mode === 'string' && Object.hasOwn(SIMULATIONS, mode);
}

/**
 * The simulations of the stub payment provider, by the payment method `simulate-…`: name → what
 * happens.
 */
export const PAYMENT_SIMULATIONS = {
  declined: 'The card is declined: card-declined.',
  'never-again': 'The card is declined, and must never be charged again: card-stolen.',
  refused: 'The charge is never accepted: payment-method-invalid.',
  transient: 'The provider is unreachable twice, then the payment is made.',
  'rate-limited': 'The provider asks to come back in a second, then the payment is made.',
  'lost-answer': 'The money is taken, and the answer never arrives; asking again finds it.',
  pending: 'The payment is accepted, and made after a while.',
  'pending-voided': 'The payment is accepted, and after a while the bank voids it.',
  slow: 'The provider takes its time to answer; the payment is made.',
  'refund-pending': 'The payment is made; a part of it is given back after a while.',
  'refund-refused': 'The payment is made; no part of it is given back: charge-disputed.',
  'refund-pending-refused': 'The payment is made; after a while no part of it is given back.',
  'refund-transient': 'The payment is made; refunds of parts fail twice, then are made.',
  'refund-lost-answer': 'The payment is made; a part is given back, and the answer never arrives.',
  'refund-other-amount': 'The payment is made; a cent less than was asked for is given back.',
  'refund-other-currency': 'The payment is made; what is given back is of another currency.',
} as const satisfies Record<string, string>;

export type PaymentSimulation = keyof typeof PAYMENT_SIMULATIONS;

export function isPaymentSimulation(mode: unknown): mode is PaymentSimulation {
  return typeof mode === 'string' && Object.hasOwn(PAYMENT_SIMULATIONS, mode);
}
