import { hashOf } from '../../domain/hash';
import type { PaymentProvider, PaymentState, RefundAsked, RefundState } from '../payment-provider';
import { PermanentProviderError, TransientProviderError } from '../provider-errors';
import { simulateOutage } from '../simulated-outage';
import { readFact, writeOnce } from '../write-once';
import type { PaymentFacts } from './facts';
import { modeOf } from './payment';

/** A part of a payment that goes back. It never changes: how it stands follows from the clock. */
interface Part {
  asked: RefundAsked;
  endsAtMs: number;
  /** What the stub says of it from then on. */
  end: RefundState;
}

export interface RefundOptions {
  pendingMs: number;
  now: () => number;
  /** The state of the payment under its key. */
  state: (idempotencyKey: string) => Promise<PaymentState>;
}

type RefundMethods = Required<Pick<PaymentProvider, 'refundAmount' | 'refundState'>>;

/**
 * Refunds of parts: the files `part-1.json`, `part-2.json`, … of a payment, each written once by
 * the process that takes the next number, so that parts at the same time never exceed the payment.
 */
export function createStubRefunds(facts: PaymentFacts, options: RefundOptions): RefundMethods {
  const standing = ({ endsAtMs, end }: Part): RefundState =>
    options.now() < endsAtMs ? { state: 'pending' } : end;
  const placeOf = (refundKey: string) => facts.path(refundKey, 'refund-of');

  return {
    async refundAmount(asked) {
      const payment = await facts.findPayment(asked.idempotencyKey);
      const mode = payment ? modeOf(payment) : null;
      const outage = mode === 'refund-transient' ? 'transient' : null;
      await simulateOutage(outage, 0, (fact) => facts.path(asked.refundKey, fact));
      if (mode === 'refund-refused')
        throw new PermanentProviderError('charge-disputed', 'The charge is disputed (simulated).');
      const reached = await options.state(asked.idempotencyKey);
      if (reached.state !== 'paid' || payment === null || reached.paymentId !== asked.paymentId)
        throw new PermanentProviderError('not-paid', 'Only what was paid is given back.');
      await writeOnce(placeOf(asked.refundKey), asked);
      const { part, isNew } = await takePart(facts, asked, payment.amountCents, options, mode);
      if (isNew && mode === 'refund-lost-answer')
        throw new TransientProviderError('The answer was lost (simulated).');
      return standing(part);
    },

    async refundState(refundKey) {
      const asked = await readFact<RefundAsked>(placeOf(refundKey));
      const parts = asked ? await partsOf(facts, asked.idempotencyKey) : [];
      const part = parts.find((one) => one.asked.refundKey === refundKey);
      return part ? standing(part) : { state: 'unknown' };
    },
  };
}

/** What has gone back of a payment in parts, and will, in minor units. */
export async function partCents(facts: PaymentFacts, idempotencyKey: string): Promise<number> {
  return centsOf(await partsOf(facts, idempotencyKey));
}

const centsOf = (parts: Part[]) =>
  parts.reduce((sum, { end }) => sum + (end.state === 'made' ? end.amountCents : 0), 0);

async function partsOf(facts: PaymentFacts, idempotencyKey: string): Promise<Part[]> {
  const parts: Part[] = [];
  for (;;) {
    const part = await readFact<Part>(facts.path(idempotencyKey, `part-${parts.length + 1}`));
    if (part === null) return parts;
    parts.push(part);
  }
}

/** @throws PermanentProviderError idempotency-mismatch, amount-too-large */
async function takePart(
  facts: PaymentFacts,
  asked: RefundAsked,
  paidCents: number,
  options: RefundOptions,
  mode: ReturnType<typeof modeOf>,
): Promise<{ part: Part; isNew: boolean }> {
  for (;;) {
    const parts = await partsOf(facts, asked.idempotencyKey);
    const known = parts.find((one) => one.asked.refundKey === asked.refundKey);
    if (known && known.asked.amountCents !== asked.amountCents)
      throw new PermanentProviderError('idempotency-mismatch', 'This key has another amount.');
    if (known) return { part: known, isNew: false };
    if (centsOf(parts) + asked.amountCents > paidCents)
      throw new PermanentProviderError('amount-too-large', 'More than is left of the payment.');
    const isSlow = mode === 'refund-pending' || mode === 'refund-pending-refused';
    const part: Part = {
      asked,
      endsAtMs: options.now() + (isSlow ? options.pendingMs : 0),
      end: endOf(asked, mode),
    };
    const path = facts.path(asked.idempotencyKey, `part-${parts.length + 1}`);
    if ((await writeOnce(path, part)).first) return { part, isNew: true };
  }
}

function endOf(asked: RefundAsked, mode: ReturnType<typeof modeOf>): RefundState {
  if (mode === 'refund-pending-refused') return { state: 'refused', reason: 'account-closed' };
  return {
    state: 'made',
    refundId: `re_${hashOf(asked.refundKey).slice(0, 16)}`,
    amountCents: asked.amountCents - (mode === 'refund-other-amount' ? 1 : 0),
    currency: mode === 'refund-other-currency' ? 'XTS' : asked.currency,
  };
}
