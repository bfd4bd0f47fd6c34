/** What the stub payment provider can be told to do, by `simulate-…` as the payment method: name → what happens. */
export const PAYMENT_SIMULATIONS = {
  declined: 'The card is declined: card-declined.',
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
