import { isPaymentSimulation, type PaymentSimulation } from '../../contract/simulations';
import { hashOf } from '../../domain/hash';
import type { Charge, PaymentState } from '../payment-provider';
import { PermanentProviderError } from '../provider-errors';

/** A final state; a paid payment may still be refunded. */
export type EndState = Exclude<PaymentState, { state: 'pending' | 'refunded' | 'unknown' }>;

/** An accepted payment. It never changes: how it ends by itself follows from the clock. */
export interface StubPayment extends Charge {
  paymentId: string;
  acceptedAtMs: number;
  endsAtMs: number;
  end: EndState;
}

interface Delays {
  pendingMs: number;
  slowMs: number;
}

const PREFIX = 'simulate-';

/** A payment method that begins so belongs to no account that asks. */
export const SOMEONE_ELSES = 'someone-elses';

/** The simulation that a payment method names; null if it names none, and the payment is made. */
export function modeOf({ paymentMethod }: Charge): PaymentSimulation | null {
  const mode = paymentMethod?.startsWith(PREFIX) ? paymentMethod.slice(PREFIX.length) : null;
  return isPaymentSimulation(mode) ? mode : null;
}

export function acceptPayment(asked: Charge, nowMs: number, delays: Delays): StubPayment {
  const mode = modeOf(asked);
  const paymentId = `pay_${hashOf(asked.idempotencyKey).slice(0, 16)}`;
  return {
    ...asked,
    paymentId,
    acceptedAtMs: nowMs,
    endsAtMs: nowMs + delayOf(mode, delays),
    end: endOf(mode, paymentId),
  };
}

/**
 * Refuses another amount or currency under a known key.
 *
 * @throws PermanentProviderError idempotency-mismatch
 */
export function checkSameCharge(payment: StubPayment, asked: Charge): void {
  if (payment.amountCents === asked.amountCents && payment.currency === asked.currency) return;
  const known = `${payment.currency} ${payment.amountCents}`;
  throw new PermanentProviderError(
    'idempotency-mismatch',
    `This key belongs to a payment of ${known} (in minor units).`,
  );
}

function delayOf(mode: PaymentSimulation | null, { pendingMs, slowMs }: Delays): number {
  if (mode === 'pending' || mode === 'pending-voided') return pendingMs;
  return mode === 'slow' ? slowMs : 0;
}

function endOf(mode: PaymentSimulation | null, paymentId: string): EndState {
  if (mode === 'declined') return { state: 'declined', paymentId, reason: 'card-declined' };
  if (mode === 'never-again')
    return { state: 'declined', paymentId, reason: 'card-stolen', retry: 'never' };
  if (mode === 'pending-voided') return voidedByBank(paymentId);
  return { state: 'paid', paymentId };
}

export function voidedByBank(paymentId: string): EndState {
  return { state: 'voided', paymentId, reason: 'voided-by-bank' };
}
