import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hashOf } from '../../domain/hash';
import type { PaymentState } from '../payment-provider';
import { readFact, writeOnce } from '../write-once';
import type { EndState, StubPayment } from './payment';

export type PaymentFacts = ReturnType<typeof createPaymentFacts>;

export interface SecondPayment {
  paymentId: string;
}

interface End {
  /** Names the file that records the taking of the money, so that no two ends share one. */
  id: string;
  state: EndState;
}

/**
 * The files about payments, in a folder per key: `payment.json` is written on acceptance,
 * `end.json` on the decision, `taken-*.json` each time money is taken, `refund.json` on a refund. A
 * second payment that the bank makes under the key has `second.json` and `second-refund.json`.
 */
export function createPaymentFacts(outputDir: string) {
  const root = join(outputDir, 'payments');

  function path(key: string, fact: string): string {
    return join(root, hashOf(key), `${fact}.json`);
  }

  const isRefunded = async (key: string) => (await readFact(path(key, 'refund'))) !== null;

  /**
   * Takes the money after the decision, so that a process that lost the race takes none. Every
   * reader of the end repeats it, in case the deciding process was killed before.
   */
  async function applyEnd(key: string, { id, state }: End): Promise<PaymentState> {
    if (state.state !== 'paid') return state;
    await writeOnce(path(key, `taken-${id}`), {});
    return (await isRefunded(key)) ? { state: 'refunded', paymentId: state.paymentId } : state;
  }

  return {
    path,
    isRefunded,

    findPayment: (key: string) => readFact<StubPayment>(path(key, 'payment')),

    recordPayment: (payment: StubPayment): Promise<{ first: boolean }> =>
      writeOnce(path(payment.idempotencyKey, 'payment'), payment),

    async findEnd(key: string): Promise<PaymentState | null> {
      const end = await readFact<End>(path(key, 'end'));
      return end && applyEnd(key, end);
    },

    /** The first end of a payment counts; every caller gets that one. */
    async end(key: string, state: EndState): Promise<PaymentState> {
      const { value } = await writeOnce<End>(path(key, 'end'), { id: randomUUID(), state });
      return applyEnd(key, value);
    },

    async recordRefund(key: string): Promise<void> {
      await writeOnce(path(key, 'refund'), {});
    },

    ...createSecondPaymentFacts(path),

    countTakings: (key: string) => countTakings(dirname(path(key, 'payment'))),

    /** Oldest first. */
    listPayments: () => listPayments(root),
  };
}

function createSecondPaymentFacts(path: (key: string, fact: string) => string) {
  return {
    async recordSecond(key: string, second: SecondPayment): Promise<SecondPayment> {
      return (await writeOnce(path(key, 'second'), second)).value;
    },

    async findSecond(key: string): Promise<(SecondPayment & { refunded: boolean }) | null> {
      const second = await readFact<SecondPayment>(path(key, 'second'));
      return (
        second && { ...second, refunded: (await readFact(path(key, 'second-refund'))) !== null }
      );
    },

    async recordSecondRefund(key: string): Promise<void> {
      await writeOnce(path(key, 'second-refund'), {});
    },
  };
}

async function countTakings(folder: string): Promise<number> {
  const files = await readdir(folder);
  return files.filter((file) => /^taken-[^.]+\.json$/.test(file)).length;
}

async function listPayments(root: string): Promise<StubPayment[]> {
  const folders = await readdir(root).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const payments: StubPayment[] = [];
  for (const folder of folders) {
    const payment = await readFact<StubPayment>(join(root, folder, 'payment.json'));
    if (payment) payments.push(payment);
  }
  return payments.sort((a, b) => a.acceptedAtMs - b.acceptedAtMs);
}
