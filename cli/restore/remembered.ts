import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { temporal as proto } from '@temporalio/proto';
import { z } from 'zod';
import { generationResult } from '../../contract/generation-result';
import { grantOutcome, grantRequest } from '../../contract/grant';
import { purchaseRequest, purchaseResult } from '../../contract/purchase';
import type { Remembered } from '../../contract/restore';
import { billingCycleInput, billingCycleResult } from '../../contract/subscription';
import {
  SUBSCRIPTION_COMMANDS,
  type SubscriptionCommand,
} from '../../contract/subscription-commands';

type Event = proto.api.history.v1.IHistoryEvent;
type Payloads = { payloads?: Payload[] | null } | null | undefined;

/** A run of a workflow, with its history. */
export interface Run {
  workflowId: string;
  workflowType: string;
  events: Event[];
}

type Reader = (run: Run, read: (payloads: Payloads) => Promise<unknown>) => Promise<Remembered[]>;

const READERS: Record<string, Reader> = {
  generationWorkflow: ofGeneration,
  grantWorkflow: ofGrant,
  purchaseWorkflow: ofPurchase,
  billingCycleWorkflow: ofSubscription,
};

/** The workflows that remember what the ledger must have. */
export const REMEMBERING = Object.keys(READERS);

/** What the run remembers as done. Throws the codec's errors for payloads that no key reads. */
export function rememberedBy(temporal: Client, run: Run): Promise<Remembered[]> {
  const { loadedDataConverter } = temporal.options;
  const read = async (said: Payloads) =>
    (await decodeArrayFromPayloads(loadedDataConverter, said?.payloads))[0];
  return READERS[run.workflowType]?.(run, read) ?? Promise.resolve([]);
}

const resultIn = ({ events }: Run) =>
  events.at(-1)?.workflowExecutionCompletedEventAttributes?.result;

const inputIn = ({ events }: Run) => events[0]?.workflowExecutionStartedEventAttributes?.input;

async function ofGeneration(run: Run, read: (said: Payloads) => Promise<unknown>) {
  const { success, data } = generationResult.safeParse(await read(resultIn(run)));
  if (!success) return [];
  const { accountId, requestId: id, status, charged, outputUrl, deliveredUnpaid } = data;
  if (charged === 0 && !deliveredUnpaid) return [];
  // What could not be charged is worth what the ledger was asked for then.
  const said = { ...(charged > 0 && { credits: charged }), ...(outputUrl && { outputUrl }) };
  if (status === 'rejected') return [];
  return [rememberedIn(run, run.events.at(-1), 'generation', accountId, id, charged || null, said)];
}

async function ofGrant(run: Run, read: (said: Payloads) => Promise<unknown>) {
  const result = await read(resultIn(run));
  const outcome = grantOutcome.safeParse(result);
  const asked = grantRequest.safeParse((result as { request?: unknown } | undefined)?.request);
  if (!outcome.data?.ok || !asked.success) return [];
  const { accountId, key, ...said } = asked.data;
  return [rememberedIn(run, run.events.at(-1), 'grant', accountId, key, said.credits, said)];
}

/** One that was charged, or was about to be: its intent is in the ledger before the charge. */
async function ofPurchase(run: Run, read: (said: Payloads) => Promise<unknown>) {
  const asked = purchaseRequest.safeParse(await read(inputIn(run)));
  const result = purchaseResult.safeParse(await read(resultIn(run))).data;
  const charge = run.events.find(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'charge',
  );
  const isOver = result !== undefined && result.status !== 'granted';
  if (!asked.success || charge === undefined || isOver) return [];
  const { accountId, purchaseId, ...body } = asked.data;
  const paid = result?.paymentId === undefined ? {} : { paymentId: result.paymentId };
  const at = result === undefined ? charge : run.events.at(-1);
  const credits = result?.credits ?? null;
  return [rememberedIn(run, at, 'purchase', accountId, purchaseId, credits, { ...body, ...paid })];
}

/** Each command that the ledger has accepted, and how the first run began. */
async function ofSubscription(run: Run, read: (said: Payloads) => Promise<unknown>) {
  const input = billingCycleInput.safeParse(await read(inputIn(run))).data;
  if (input === undefined) return [];
  const { accountId, subscriptionId, subscribe } = input;
  const commands = await acceptedCommands(run, read);
  const found = commands.flatMap(({ what, event, said: { key, ...body } }) => {
    if (what === 'subscribe') return [];
    const id = what === 'renew' ? body.paymentReference : key;
    const said = { subscriptionId, ...body };
    return [rememberedIn(run, event, what, accountId, String(id), null, said)];
  });
  const result = billingCycleResult.safeParse(await read(resultIn(run))).data;
  // One that has begun may have ended as refused since, by a ledger that has lost it.
  const hasBegun = result?.status !== 'refused' || commands.some(isSubscribe);
  if (subscribe === undefined || !hasBegun) return found;
  const said = { ...subscribe };
  const begun = rememberedIn(
    run,
    run.events[0],
    'subscribe',
    accountId,
    subscriptionId,
    null,
    said,
  );
  return [begun, ...found];
}

interface AcceptedCommand {
  what: SubscriptionCommand;
  event: Event;
  said: Record<string, unknown>;
}

const isSubscribe = ({ what }: AcceptedCommand) => what === 'subscribe';
const accepted = z.object({ ok: z.literal(true) });
const keyed = z.looseObject({});

async function acceptedCommands(
  { events }: Run,
  read: (said: Payloads) => Promise<unknown>,
): Promise<AcceptedCommand[]> {
  const found: AcceptedCommand[] = [];
  const asked = new Map<string, { name?: string | null; args?: Payloads }>();
  for (const event of events) {
    const begun = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
    if (begun?.meta?.updateId && begun.input) asked.set(begun.meta.updateId, begun.input);
    const ended = event.workflowExecutionUpdateCompletedEventAttributes;
    const update = asked.get(ended?.meta?.updateId ?? '');
    const what = SUBSCRIPTION_COMMANDS.find((command) => command === update?.name);
    if (!ended || !update || !what) continue;
    const said = keyed.safeParse(await read(update.args)).data;
    if (said && accepted.safeParse(await read(ended.outcome?.success)).success)
      found.push({ what, event, said });
  }
  return found;
}

function rememberedIn(
  { workflowId }: Run,
  event: Event | undefined,
  what: Remembered['what'],
  accountId: string,
  id: string,
  credits: number | null,
  said: Record<string, unknown>,
): Remembered {
  const { seconds, nanos } = event?.eventTime ?? {};
  const at = new Date(Number(seconds ?? 0) * 1000 + Math.floor((nanos ?? 0) / 1e6)).toISOString();
  return { accountId, what, id, at, workflowId, credits, said };
}
