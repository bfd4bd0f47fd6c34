import { createHash } from 'node:crypto';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { GenerationProvider } from '../../../providers/generation-provider';
import type { Notifier } from '../../../providers/notifier';
import type { PaymentProvider } from '../../../providers/payment-provider';
import { TransientProviderError } from '../../../providers/provider-errors';
import { createStubGenerationProvider } from '../../../providers/stub-generation/stub-generation-provider';
import { createStubPaymentProvider } from '../../../providers/stub-payment/stub-payment-provider';
import { writeOnce } from '../../../providers/write-once';
import { type FaultyProvider, readProviderFaults } from './provider-faults';

/** The module that `HOLDFAST_PROVIDERS` names in a crash run: the stubs, with faults from outside. */

const outputDir = process.env.HOLDFAST_OUTPUT_DIR ?? '';
const noticesDir = process.env.CHAOS_NOTICES_DIR ?? '';
const faultsFile = process.env.CHAOS_FAULTS_FILE ?? '';

const JOB_MS = 400;
const PENDING_MS = 1_500;

/** Time that the machine's processes share, and that a fake clock of one doesn't move. */
const now = () => Number(process.hrtime.bigint() / 1_000_000n);

const POISON: readonly unknown[] = [
  undefined,
  null,
  'succeeded',
  { state: 'finished' },
  { state: 'running', progress: 7 },
  { state: 'succeeded', outputUrl: 'not a url', durationMs: -1 },
  { state: 'paid', paymentId: '' },
  { state: 'paid' },
];

/** A few keys have a fault of their own, which lasts for so many calls of their state. */
const OWN_FAULTS = { poison: { below: 2, calls: 12 }, never: { below: 6, calls: 2 } };

let poisoned = 0;
const calls = new Map<string, number>();

function poison<T>(): T {
  poisoned += 1;
  return POISON[poisoned % POISON.length] as T;
}

/** The state of what has that key, as a service tells it that has trouble with some of its jobs. */
async function troubled<T>(key: string, state: () => Promise<T>): Promise<T> {
  const drawn = createHash('sha256').update(key).digest().readUInt8(0);
  const times = (calls.get(key) ?? 0) + 1;
  if (drawn < OWN_FAULTS.never.below) calls.set(key, times);
  if (drawn < OWN_FAULTS.poison.below) return times <= OWN_FAULTS.poison.calls ? poison() : state();
  if (drawn < OWN_FAULTS.never.below && times <= OWN_FAULTS.never.calls)
    return new Promise(() => {});
  return state();
}

async function disturbed<T>(provider: FaultyProvider, call: () => Promise<T>): Promise<T> {
  const fault = () => readProviderFaults(faultsFile)[provider];
  switch (fault()) {
    case 'hang':
      while (fault() === 'hang') await pause(200);
      throw new Error('read ECONNRESET');
    case 'poison':
      return poison();
    case 'lose-answer':
      await call();
      throw new Error('socket hang up');
    case 'refuse':
      throw new TransientProviderError('503');
    default:
      return call();
  }
}

const generation = createStubGenerationProvider({ outputDir, jobMs: JOB_MS, now });
const payment = createStubPaymentProvider({ outputDir, pendingMs: PENDING_MS, slowMs: 1000, now });

export const generationProvider: GenerationProvider = {
  submit: (job) => disturbed('generation', () => generation.submit(job)),
  state: (key) => disturbed('generation', () => troubled(key, () => generation.state(key))),
  cancel: (key) => disturbed('generation', () => generation.cancel(key)),
};

export const paymentProvider: PaymentProvider = {
  charge: (charge) => disturbed('payment', () => payment.charge(charge)),
  state: (key) => disturbed('payment', () => troubled(key, () => payment.state(key))),
  void: (key) => disturbed('payment', () => payment.void(key)),
  refund: (key, paymentId) => disturbed('payment', () => payment.refund(key, paymentId)),
};

/** Keeps each notice once, beside how often it came. */
export const notifier: Notifier = {
  async deliver({ accountId, noticeId, type }) {
    await writeOnce(path.join(noticesDir, `${accountId}-${noticeId}.json`), { type });
  },
};
