import { setTimeout as sleep } from 'node:timers/promises';
import type { HoldfastClient } from '../../client/client';
import type { Balance } from '../../contract/balance';
import { HoldfastError } from '../../contract/errors';
import type { RestoreComparison } from '../../contract/restore';
import type { RunningWorker } from '../../worker/worker';

const WORDS = ['--reason', 'The drill', '--by', 'drill'];
const LISTED_WITHIN_MS = 30_000;

/** What the drill runs on. */
export interface Drill {
  client: HoldfastClient;
  accountId: string;
  /** Takes a copy of the ledger's database. */
  backUp(): Promise<void>;
  /** Puts the copy in the ledger's place. */
  restore(): Promise<void>;
  startWorker(): Promise<RunningWorker>;
  /** Runs the command line, shows it with what it prints, and returns its JSON instead if asked. */
  holdfast(...words: string[]): Promise<unknown>;
  say(line: string): void;
}

/**
 * The restore of docs/how-to/restore.md: a backup, work after it, the backup in the ledger's place
 * under a running worker; what is found, redone and opened.
 *
 * @throws Error naming the first thing that is not as the page says
 */
export async function runDrill(drill: Drill): Promise<void> {
  const { client, accountId, say } = drill;
  const worker = await drill.startWorker();
  await client.subscriptions.subscribe({
    ...{ accountId, subscriptionId: 's', planId: 'lite-monthly', paymentReference: 'pay-1' },
  });
  say('A backup.');
  await drill.backUp();
  const before = await workAfterTheBackup(drill);
  say('The backup takes the ledger’s place, while a worker runs.');
  await drill.restore();
  say('Within half a minute the worker looks, and stops:');
  await expectClosed(worker.finished, say);
  say('None starts:');
  await expectClosed(drill.startWorker(), say);

  await untilListed(drill, 6);
  await drill.holdfast('restore', 'compare');
  await drill.holdfast('restore', 'redo', ...WORDS, '--yes');
  await untilListed(drill, 0);
  const after = await client.balance(accountId);
  const spentAfter = after.spent + after.deducted;
  if (after.available !== before.available || spentAfter !== before.spent) {
    throw new Error(`${before.available} credits were there, and ${after.available} are now.`);
  }
  const { limits, stops } = await client.settings.get(accountId);
  if (limits.dailyCreditsMax !== 900 || stops.length !== 1)
    throw new Error(`The settings are not as before: ${JSON.stringify({ limits, stops })}.`);
  say(`All ${after.available} credits are there again, and so are the limit and the stop.`);
  await drill.holdfast('restore', 'open', ...WORDS, '--yes');
  const opened = await drill.startWorker();
  await generate(drill, 'afterwards');
  await drill.holdfast('audit', '--full');
  await opened.stop();
}

/** A grant, a renewal, a purchase, a generation, a limit and a stop: answered, and in no backup. */
async function workAfterTheBackup(drill: Drill): Promise<Balance> {
  const { client, accountId, say } = drill;
  const expiresAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
  await client.grants.create({
    ...{ accountId, key: 'gift', credits: 20, source: 'promotion', expiresAt },
    ...{ reason: 'The drill', by: 'drill' },
  });
  await client.subscriptions.renew({ accountId, subscriptionId: 's', paymentReference: 'pay-2' });
  await client.purchases.buy({
    ...{ accountId, purchaseId: 'pack', packId: 'pack-125', shownPriceCents: 4_900 },
  });
  await generate(drill, 'picture');
  await client.settings.setLimits({ accountId, key: 'limit', dailyCreditsMax: 900 });
  await client.settings.stop({
    ...{ accountId: null, kind: 'ai-avatar', key: 'stop', reason: 'The drill', by: 'drill' },
  });
  const balance = await client.balance(accountId);
  say(
    `After it: a grant, a renewal, a pack, a picture, a limit, a stop. ${balance.available} credits are there.`,
  );
  return balance;
}

async function generate({ client, accountId }: Drill, requestId: string): Promise<void> {
  await client.generations.start({ accountId, requestId, kind: 'text-to-image' });
  const { status } = await client.generations.result(accountId, requestId);
  if (status !== 'committed') throw new Error(`The generation ${requestId} is ${status}.`);
}

async function expectClosed(end: Promise<unknown>, say: (line: string) => void): Promise<void> {
  const thrown = await end.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof HoldfastError) || thrown.code !== 'LEDGER_RESTORED') {
    throw new Error(`The worker was not closed: ${thrown}`);
  }
  say(`  ${thrown.code}: ${thrown.message}`);
}

/** Temporal's lists follow its runs by a moment. */
async function untilListed({ holdfast }: Drill, count: number): Promise<void> {
  const until = Date.now() + LISTED_WITHIN_MS;
  for (;;) {
    const { lost } = (await holdfast('restore', 'compare', '--json')) as RestoreComparison;
    if (lost.length === count) return;
    if (Date.now() > until) throw new Error(`${lost.length} lost operations, and not ${count}.`);
    await sleep(500);
  }
}
