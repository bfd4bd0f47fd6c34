import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { temporal as proto } from '@temporalio/proto';
import { z } from 'zod';
import {
  generationWorkflowId,
  grantWorkflowId,
  purchaseWorkflowId,
  settingsWorkflowId,
  subscriptionWorkflowId,
} from '../../client/client';
import { generationResult } from '../../contract/generation-result';
import { grantOutcome, grantRequest } from '../../contract/grant';
import { purchaseRequest, purchaseResult } from '../../contract/purchase';
import { ALL_ACCOUNTS, type Remembered } from '../../contract/restore';
import { parseSettingsChange, type SettingsChange } from '../../contract/settings';
import {
  billingCycleInput,
  billingCycleResult,
  type SubscriptionKey,
  subscriptionCommands,
} from '../../contract/subscription';
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
  settingsWorkflow: ofSettings,
};

/** The workflows that remember what the ledger must have. */
export const REMEMBERING = Object.keys(READERS);

/**
 * What the run remembers as done. Nothing if it has another id than its workflow has: the workflows
 * refuse that. Throws the codec's errors for payloads that no key reads.
 */
export async function rememberedBy(temporal: Client, run: Run): Promise<Remembered[]> {
  const { loadedDataConverter } = temporal.options;
  const read = async (said: Payloads) =>
    (await decodeArrayFromPayloads(loadedDataConverter, said?.payloads))[0];
  const found = (await READERS[run.workflowType]?.(run, read)) ?? [];
  return found.filter((operation) => workflowIdOf(operation) === run.workflowId);
}

function workflowIdOf({ what, accountId, id, said }: Remembered): string {
  switch (what) {
    case 'generation':
      return generationWorkflowId(accountId, id);
    case 'grant':
      return grantWorkflowId(accountId, id);
    case 'purchase':
      return purchaseWorkflowId(accountId, id);
    case 'subscribe':
      return subscriptionWorkflowId(accountId, id);
    case 'limits':
    case 'low-balance':
    case 'top-up':
    case 'stop':
    case 'admit':
      return settingsWorkflowId(accountId === ALL_ACCOUNTS ? null : accountId, id);
    default:
      return subscriptionWorkflowId(accountId, String(said.subscriptionId));
  }
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
  const key = { accountId, subscriptionId };
  const commands = await acceptedCommands(run, key, read);
  const result = billingCycleResult.safeParse(await read(resultIn(run))).data;
  // One that has begun may have ended as refused since, by a ledger that has lost it.
  const hasBegun = result?.status !== 'refused' || commands.some(isSubscribe);
  const [start] = run.events;
  const begun =
    subscribe !== undefined && hasBegun
      ? [rememberedIn(run, start, 'subscribe', accountId, subscriptionId, null, { ...subscribe })]
      : [];
  const changes = commands
    .filter((command) => !isSubscribe(command))
    .map(({ what, event, said: { accountId: _, key, ...said } }) => {
      const id = what === 'renew' ? said.paymentReference : key;
      return rememberedIn(run, event, what, accountId, String(id), null, said);
    });
  return [...begun, ...changes];
}

/** A change that the ledger has made, at the moment that says its place among others. */
async function ofSettings(run: Run, read: (said: Payloads) => Promise<unknown>) {
  const result = await read(resultIn(run));
  if (!accepted.safeParse(result).success) return [];
  const change = parsedOrNone(() => parseSettingsChange((result as { change?: unknown }).change));
  if (change === undefined) return [];
  const accountId = change.accountId ?? ALL_ACCOUNTS;
  const done = rememberedIn(run, run.events[0], change.setting, accountId, change.key, null, {});
  return [{ ...done, said: { ...saidOf(change), askedAt: done.at } }];
}

function saidOf(change: SettingsChange): Record<string, unknown> {
  switch (change.setting) {
    case 'limits': {
      const { setting: _, accountId: __, key: ___, ...set } = change;
      return { set };
    }
    case 'low-balance':
      return { set: change.lowBalance };
    case 'top-up':
      return { set: change.topUp };
    default:
      return { kind: change.kind, reason: change.reason, by: change.by };
  }
}

interface AcceptedCommand {
  what: SubscriptionCommand;
  event: Event;
  said: Record<string, unknown>;
}

const isSubscribe = ({ what }: AcceptedCommand) => what === 'subscribe';
const accepted = z.object({ ok: z.literal(true) });

async function acceptedCommands(
  { events }: Run,
  key: SubscriptionKey,
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
    if (!accepted.safeParse(await read(ended.outcome?.success)).success) continue;
    const said = parsedAs(what, { ...((await read(update.args)) as object), ...key });
    if (said) found.push({ what, event, said });
  }
  return found;
}

/** The command as its activity took it; undefined if it would have taken none. */
function parsedAs(what: SubscriptionCommand, said: object): Record<string, unknown> | undefined {
  return parsedOrNone(() => ({ ...subscriptionCommands[what].parse(said) }));
}

function parsedOrNone<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
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
