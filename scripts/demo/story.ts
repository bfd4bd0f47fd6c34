import { builtInCatalog } from '../../catalog/catalog';
import { balanceInWords } from '../../cli/commands/account/balance';
import { historyInWords } from '../../cli/commands/account/history';
import { resultInWords } from '../../cli/commands/generation/generation-words';
import { auditInWords } from '../../cli/commands/operate/audit';
import { type Line, printedLines } from '../../cli/terminal/table';
import { creditsInWords, packInWords, timeInWords } from '../../cli/words';
import {
  generationWorkflowId,
  type HoldfastClient,
  type Subscription,
  subscriptionWorkflowId,
} from '../../client/client';
import type { CatalogVersion } from '../../contract/catalog';
import type { Ledger } from '../../ledger/ledger';
import { FAILING, FILM, generateTogether, SIX_KINDS, watch } from './generations';

/** The length of a month in the demo, so that a subscription's whole life can be watched. */
export const CYCLE_SECONDS = 15;
const SHORT: Record<string, string> = {
  P1M: `PT${CYCLE_SECONDS}S`,
  P1Y: `PT${12 * CYCLE_SECONDS}S`,
};

/**
 * The customer's prices, plans and packs, with cycles of seconds and a settlement window to match.
 */
export function demoCatalog(): CatalogVersion[] {
  return builtInCatalog().map((version) => ({
    ...version,
    plans: Object.fromEntries(
      Object.entries(version.plans).map(([id, plan]) => [
        id,
        { ...plan, cycle: SHORT[plan.cycle] ?? plan.cycle },
      ]),
    ),
    settlementWindow: 'PT2S',
  }));
}

interface Stage {
  client: HoldfastClient;
  ledger: Ledger;
  accountId: string;
  /** The folder of the outputs, as a person would type it. */
  outputFolder: string;
}

const SUBSCRIPTION = 'video-plan';
const PARKED = 'film-later';
const LOOK_MS = 250;
/** What the workflows do by themselves may come this late. */
const PATIENCE_MS = 30_000;

/** Runs a customer's story and prints it, from the first payment to the audit. */
export async function runStory(stage: Stage): Promise<void> {
  await subscribe(stage);
  await spend(stage);
  await runDry(stage);
  await buyPack(stage);
  await renew(stage);
  await cancel(stage);
  await lapse(stage);
  await closeBooks(stage);
}

async function subscribe({ client, accountId }: Stage): Promise<void> {
  chapter(`1. Account ${accountId} subscribes to Lite Monthly`);
  say(`A month takes ${CYCLE_SECONDS} seconds here, by a catalog of the demo's own.\n`);
  const { subscription, granted } = await client.subscriptions.subscribe({
    accountId,
    subscriptionId: SUBSCRIPTION,
    planId: 'lite-monthly',
    paymentReference: 'invoice-1',
  });
  for (const { cycle, credits } of granted)
    say(`Cycle ${cycle} is paid and began: ${credits} credits granted.`);
  say(`The next boundary is ${timeInWords(subscription.cycleEnd)}.`);
}

async function spend({ client, accountId }: Stage): Promise<void> {
  chapter(
    '2. Seven generations run at the same time; what each may cost is reserved before it starts',
  );
  await generateTogether(client, accountId, [...SIX_KINDS, FAILING]);
  say(
    '\nThe ByteDance clip came out half as long as asked for, so only what was made was charged.',
  );
}

async function runDry({ client, accountId }: Stage): Promise<void> {
  chapter(
    '3. Out of credits: a film of five minutes never starts, and the answer says what would cover it',
  );
  const { title, ...film } = FILM;
  const { result } = await client.generations.start({ ...film, accountId, requestId: 'film' });
  if (result) sayLines(resultInWords(result));

  say('\nAsked for again, and told to wait:\n');
  const request = { ...film, accountId, requestId: PARKED, onInsufficientCredits: 'wait' as const };
  const { waiting } = await client.generations.start(request);
  if (!waiting) throw new Error(`${title} does not wait.`);
  const { place, required, shortfall } = waiting;
  say(
    `At place ${place} in the queue for ${creditsInWords(required)}, ${shortfall} short. It holds nothing meanwhile.`,
  );
}

async function buyPack({ client, accountId }: Stage): Promise<void> {
  chapter(
    '4. A pack is bought at the price that was shown, and the film that waits for it is made',
  );
  const { packs } = await client.packs();
  const shown = packs.find(({ packId }) => packId === 'pack-125');
  if (!shown) throw new Error('The demo’s catalog has no pack-125.');
  say(packInWords({ ...shown, count: 1 }));
  const { packId, priceCents: shownPriceCents } = shown;
  const bought = await client.purchases.buy({
    accountId,
    purchaseId: 'extra',
    packId,
    shownPriceCents,
  });
  if (bought.status !== 'granted')
    throw new Error(`The purchase ended ${bought.status} (${bought.reason}).`);
  say(
    `Paid and granted: ${bought.credits} credits, valid until ${timeInWords(bought.validUntil ?? null)}.\n`,
  );
  await watch(client, accountId, { ...FILM, requestId: PARKED });
}

async function renew(stage: Stage): Promise<void> {
  const { client, accountId } = stage;
  chapter('5. The next cycle is paid before the boundary: unused credits are carried forward');
  const renewed = await client.subscriptions.renew({
    accountId,
    subscriptionId: SUBSCRIPTION,
    paymentReference: 'invoice-2',
  });
  if (renewed.newTerm) throw new Error('The renewal came too late to carry anything forward.');
  say(
    `Credits are now valid until ${timeInWords(renewed.subscription.validUntil)}. Waiting for the boundary …`,
  );
  await until(stage, 'the second cycle', ({ grantedCycle }) => grantedCycle === 2);
  sayLines(['', ...balanceInWords(await client.balance(accountId))]);
}

async function cancel({ client, accountId }: Stage): Promise<void> {
  chapter("6. The subscription is cancelled at the period's end");
  const request = { accountId, subscriptionId: SUBSCRIPTION, key: 'enough' };
  const { subscription } = await client.subscriptions.cancelAtPeriodEnd(request);
  say(`Everything stays usable until ${timeInWords(subscription.validUntil)}.`);
}

async function lapse(stage: Stage): Promise<void> {
  chapter('7. It lapses, and after the settlement window what was left expires');
  say('Waiting for the end …');
  await until(stage, 'the booking of its expiry', ({ status }) => status === 'closed');
  sayLines(['', ...balanceInWords(await stage.client.balance(stage.accountId))]);
}

async function closeBooks({ client, ledger, accountId, outputFolder }: Stage): Promise<void> {
  chapter('8. The journal, oldest first');
  const { entries } = await client.history(accountId);
  sayLines(historyInWords(entries.reverse()));

  chapter('9. The audit: every invariant, derived again from the journal');
  const audited = await ledger.audit();
  sayLines(auditInWords(audited));
  if (audited.violations.length > 0) throw new Error('The audit found violations.');

  chapter('Where to look');
  say(`The outputs are in ${outputFolder}: a sound, a picture and clips that open in a browser.`);
  say(
    `Each generation was a workflow, like ${generationWorkflowId(accountId, 'veo3')}, and so was`,
  );
  say(
    `${subscriptionWorkflowId(accountId, SUBSCRIPTION)}, a run per cycle. This demo's servers are gone;`,
  );
  say(
    "`npm run dev` runs the same stack with Temporal's UI open on it, and `npx holdfast --help` talks to it.",
  );
  say('See an account as its owner does: `npm run dev` prints a link to its credits page.');
}

/**
 * Waits until the subscription is in that state, and throws some time after the workflow should
 * have brought it there.
 */
async function until(
  { client, accountId }: Stage,
  what: string,
  holds: (s: Subscription) => boolean,
): Promise<void> {
  const deadlineMs = Date.now() + 2 * CYCLE_SECONDS * 1000 + PATIENCE_MS;
  for (;;) {
    const subscription = await client.subscriptions.get(accountId, SUBSCRIPTION);
    if (subscription && holds(subscription)) return;
    if (Date.now() > deadlineMs) throw new Error(`Nothing came of ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function chapter(title: string): void {
  say(`\n${title}\n`);
}

function sayLines(lines: Line[]): void {
  say(printedLines(lines).join('\n'));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
