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
} as const satisfies Record<string, string>;

export type PaymentSimulation = keyof typeof PAYMENT_SIMULATIONS;

export function isPaymentSimulation(mode: unknown): mode is PaymentSimulation {
  return typeof mode === 'string' && Object.hasOwn(PAYMENT_SIMULATIONS, mode);
}
