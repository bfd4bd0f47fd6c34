import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { DueCursor, Ledger } from '../ledger/ledger';
import { inLanes } from './support/in-lanes';
import { listedAsRunning } from './support/running-workflows';
import { stateOfWorkflow, type WorkflowState } from './support/temporal';

/** Holds per page. Temporal is asked once for those of them that run. */
const PAGE_SIZE = 500;
/** Orphans per page: their settlement takes more time than to find them. */
const ORPHANS_PAGE_SIZE = 100;
/** Workflows that are described at the same time. */
const AT_ONCE = 20;
/** Fewer are described one by one: that is as cheap as a list, and never behind. */
const LISTED_FROM = 20;
/** Of what is listed as running, this share is described all the same: no list is believed for ever. */
const SPOT_CHECKS = 0.02;
/** A workflow is taken for gone only after two passes in a row have not found it. */
const MISSING_PASSES = 2;

export interface RequestKey {
  accountId: string;
  requestId: string;
}

export interface HoldsInput {
  /** The ledger's time by which a hold must be due. */
  dueBy: string;
  /** The last row of the page before; null for the first page. */
  after: DueCursor | null;
  /** Names the pass, so that a repetition counts as the same pass. */
  passId: string;
  /** The orphans are counted and not named: they are looked for again when it is their turn. */
  countOnly?: true;
}

export interface HoldsPage {
  /** Reservations whose workflow runs. */
  extended: number;
  /** Reservations whose workflow was not found in this pass. */
  missing: number;
  /** Reservations for which Temporal gave no clear answer; nothing was changed. */
  unclear: number;
  orphans: RequestKey[];
  orphanCount: number;
  next: DueCursor | null;
}

export interface TakeInput {
  dueBy: string;
  passId: string;
}

export interface DueOrphan extends RequestKey {
  kind: string;
}

export interface OrphansPage {
  orphans: DueOrphan[];
  /** Whether every due hold has had its turn. */
  isLast: boolean;
}

export interface DueHoldsContext {
  ledger: Pick<Ledger, 'holds'>;
  temporal: Client;
  /** How long an extended reservation is left alone, in milliseconds. */
  holdMs: number;
  workflowIdOf: (accountId: string, requestId: string) => string;
}

/** Extends the holds of a page whose workflow runs, and finds those whose workflow has ended. */
export async function inspectDueHolds(
  context: DueHoldsContext,
  { dueBy, after, passId, countOnly }: HoldsInput,
): Promise<HoldsPage> {
  const { holds } = context.ledger;
  const due = await holds.due(dueBy, after, PAGE_SIZE);
  const found = new Set<RequestKey>();
  const page = { extended: 0, missing: 0, unclear: 0 };
  const { running, others } = await sortedByList(context, due);
  page.extended = await holds.extendAll(running, context.holdMs);
  await inLanes(others, AT_ONCE, async (key) => {
    const state = await lookAt(context, key, passId);
    if (state === 'running') page.extended += 1;
    if (state === 'unclear') page.unclear += 1;
    if (state === 'missing' || state === 'gone') page.missing += 1;
    if (state === 'closed' || state === 'gone') found.add(key);
  });
  const orphans = others
    .filter((key) => found.has(key))
    .map(({ accountId, requestId }) => ({ accountId, requestId }));
  const next = due.length === PAGE_SIZE ? (due.at(-1) ?? null) : null;
  return { ...page, orphans: countOnly ? [] : orphans, orphanCount: orphans.length, next };
}

/**
 * Takes the next due holds and asks about each: a list proves no end, and what an earlier page has
 * found may have changed.
 */
export async function takeDueOrphans(
  context: DueHoldsContext,
  { dueBy, passId }: TakeInput,
): Promise<OrphansPage> {
  const taken = await context.ledger.holds.take(dueBy, passId, ORPHANS_PAGE_SIZE);
  const found = new Set<DueOrphan>();
  await inLanes(taken, AT_ONCE, async (key) => {
    const state = await lookAt(context, key, passId);
    if (state === 'closed' || state === 'gone') found.add(key);
  });
  // In the order of their turns.
  const orphans = taken.filter((key) => found.has(key));
  return { orphans, isLast: taken.length < ORPHANS_PAGE_SIZE };
}

/** `gone`: missing, in this pass and in the one before. */
type HoldState = WorkflowState | 'gone';

/** Asks Temporal about one workflow. A hold whose workflow runs is extended. */
async function lookAt(
  { ledger, temporal, holdMs, workflowIdOf }: DueHoldsContext,
  { accountId, requestId }: RequestKey,
  passId: string,
): Promise<HoldState> {
  Context.current().heartbeat();
  const state = await stateOfWorkflow(temporal, workflowIdOf(accountId, requestId));
  if (state === 'running') await ledger.holds.extend(accountId, requestId, holdMs);
  if (state !== 'missing') return state;
  const passes = await ledger.holds.noteMissing(accountId, requestId, passId);
  return passes !== null && passes >= MISSING_PASSES ? 'gone' : 'missing';
}

async function sortedByList<Key extends RequestKey>(
  { temporal, workflowIdOf }: DueHoldsContext,
  due: Key[],
): Promise<{ running: Key[]; others: Key[] }> {
  if (due.length < LISTED_FROM) return { running: [], others: due };
  const idOf = ({ accountId, requestId }: RequestKey) => workflowIdOf(accountId, requestId);
  const listed = await listedAsRunning(temporal, due.map(idOf));
  const running: Key[] = [];
  const others: Key[] = [];
  for (const key of due) {
    const isBelieved = listed.has(idOf(key)) && Math.random() >= SPOT_CHECKS;
    (isBelieved ? running : others).push(key);
  }
  return { running, others };
}
