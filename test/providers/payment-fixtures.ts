import type { Charge } from '../../providers/payment-provider';
import {
  createStubPaymentProvider,
  type StubPaymentProvider,
} from '../../providers/stub-payment/stub-payment-provider';
import { makeTempFolder } from './temp-folder';

export const PENDING_MS = 1000;
export const SLOW_MS = 2000;

export const KEY = 'purchase/acme/p1';

export const PAYMENT_ID = expect.stringMatching(/^pay_[0-9a-f]{16}$/);
export const PAID = { state: 'paid', paymentId: PAYMENT_ID };
export const PENDING = { state: 'pending', paymentId: PAYMENT_ID };

export function chargeOf(overrides: Partial<Charge> = {}): Charge {
  return {
    idempotencyKey: KEY,
    accountId: 'acme',
    description: '125 credits',
    amountCents: 4900,
    currency: 'USD',
    paymentMethod: null,
    ...overrides,
  };
}

export const simulating = (mode: string) => chargeOf({ paymentMethod: `simulate-${mode}` });

/** A folder with a clock of its own, and any number of providers that share both. */
export async function makeStub() {
  const outputDir = await makeTempFolder();
  const clock = { ms: 1_000_000 };
  const open = (): StubPaymentProvider =>
    createStubPaymentProvider({
      outputDir,
      pendingMs: PENDING_MS,
      slowMs: SLOW_MS,
      retryAfterMs: 250,
      now: () => clock.ms,
    });
  return { outputDir, clock, open, provider: open() };
}

/** The number of times that money was taken under a key; 0 if the stub has no such payment. */
export async function timesTaken(provider: StubPaymentProvider, key = KEY): Promise<number> {
  const book = await provider.book();
  return book.find((entry) => entry.idempotencyKey === key)?.timesTaken ?? 0;
}
