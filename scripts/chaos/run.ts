import { rmSync } from 'node:fs';
import { Asked } from './comparison/asked';
import { compare } from './comparison/compare';
import { openLedgerBooks } from './comparison/ledger-books';
import { readProviderBooks } from './comparison/provider-books';
import { Storm } from './faults/storm';
import { Load } from './load/load';
import { openProduct, type Product } from './load/product';
import { type Report, recoveryOf, secondsOf, secondsOfAll, sorted } from './report';
import { type Settled, settle } from './settle';
import { Tally } from './tally';
import { restartHungTemporal } from './world/hung-temporal';
import { openWorld, RECONCILE_SECONDS, type World } from './world/world';

export interface RunAsked {
  minutes: number;
  seed: number;
}

/** What was begun last may have to wait for its time limit, and for two passes. */
const ANSWERED_WITHIN_MS = 240_000;
const SETTLED_WITHIN_MS = 240_000;
const FAILING_LOOK = 1_000;

type Say = (line: string) => void;

/** One crash run: a load, faults, and the comparison of all books afterwards. */
export async function run({ minutes, seed }: RunAsked, say: Say): Promise<Report> {
  const world = await openWorld(say);
  const stop = () => void world.close().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const [asked, tally, over] = [new Asked(), new Tally(), new AbortController()];
  try {
    for (const service of Object.values(world.services)) service.start();
    await Promise.all(Object.values(world.services).map((service) => service.untilReady()));
    const product = await openProduct(world);
    await product.client.reconciliation.schedule({ everySeconds: RECONCILE_SECONDS });
    const load = new Load(product, asked, tally, seed);
    await load.prepare();
    say(`Everything runs, in ${world.folder}`);
    const begunMs = performance.now();
    load.start();
    await new Storm(world, asked, tally, seed).rage(minutes * 60_000);
    say('No more faults. Waiting for every end …');
    const watched = restartHungTemporal(world, tally, over.signal);
    await load.finish(ANSWERED_WITHIN_MS);
    const seconds = Math.round((performance.now() - begunMs) / 1000);
    const report = await verdict({ world, product, asked, tally });
    over.abort();
    await watched;
    await product.close();
    return { seed, minutes, seconds, ...report };
  } catch (error) {
    for (const finding of asked.findings) say(`Until then: ${finding}`);
    throw error;
  } finally {
    over.abort();
    await world.close();
    if (asked.findings.length === 0) rmSync(world.folder, { recursive: true, force: true });
  }
}

interface Ran {
  world: World;
  product: Product;
  asked: Asked;
  tally: Tally;
}

async function verdict(ran: Ran): Promise<Omit<Report, 'seed' | 'minutes' | 'seconds'>> {
  const { world, product, asked, tally } = ran;
  const ledgerBooks = await openLedgerBooks(world.ledger.migrationUrl());
  try {
    const settled = await settle({ world, product, ledgerBooks }, SETTLED_WITHIN_MS);
    const ledger = await ledgerBooks.read();
    const providers = await readProviderBooks(world.outputDir, world.noticesDir);
    const audited = await product.ledger.audit({ isFull: true });
    const compared = compare({ asked, ledger, providers });
    const endedByItself = Object.values(world.services)
      .filter((service) => service.endedByItself > 0)
      .map(({ name, endedByItself: times }) => [name, times]);
    asked.findings.push(
      ...leftOver(settled),
      ...compared.differences,
      ...audited.violations.map((violation) => `audit: ${JSON.stringify(violation)}`),
      ...(await failing(product)),
    );
    return {
      acknowledged: sorted(tally.acknowledged),
      slowestSeconds: secondsOfAll(tally.slowestMs),
      acknowledgedTotal: tally.total(),
      generations: [...asked.requests.values()].filter(isGeneration).length,
      journalEntries: ledger.entriesTotal,
      accountsAudited: audited.accounts,
      faults: sorted(tally.faults),
      faultsNotDone: sorted(tally.notDone),
      unanswered: sorted(tally.unanswered),
      refused: sorted(tally.refused),
      duplicates: tally.duplicates,
      endedByItself: Object.fromEntries(endedByItself),
      longestUnserved: {
        seconds: secondsOf(tally.longestUnserved.ms),
        during: tally.longestUnserved.during,
      },
      recoverySeconds: recoveryOf(tally),
      settledSeconds: secondsOf(settled.ms),
      passesConfirmed: settled.confirmed,
      deliveredUnpaid: compared.deliveredUnpaid,
      differences: asked.findings,
    };
  } finally {
    await ledgerBooks.close();
  }
}

const isGeneration = ({ through, begun }: { through: string; begun: boolean }) =>
  through !== 'ledger' && begun;

function leftOver({ left }: Settled): string[] {
  return Object.entries(left).map(([what, times]) => `${times} ${what} are left`);
}

/** Workflows whose tasks or activities fail again and again, long after the last fault. */
async function failing({ client }: Product): Promise<string[]> {
  const { failing: found } = await client.operations.failingWorkflows({ limit: FAILING_LOOK });
  return found.map((workflow) => `workflow ${JSON.stringify(workflow)}`);
}
