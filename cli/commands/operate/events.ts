import type { Command } from 'commander';
import { billingEventWorkflowId } from '../../../client/client';
import {
  type BillingEventRecord,
  billingEventKey,
  billingEventRecord,
  billingEventState,
  billingEvents,
  billingEventsPage,
  parseBillingEventByHand,
  parseBillingEventsPage,
} from '../../../contract/billing-event';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId } from '../../../contract/ids';
import type { Outcome } from '../../../contract/outcome';
import { parseField } from '../../../contract/parse';
import type { Ledger } from '../../../ledger/ledger';
import { addCommand, type Run, withExamples } from '../../command';
import type { Connections } from '../../connections';
import {
  addPage,
  addReasonAndName,
  type PageOptions,
  type ReasonAndNameOptions,
} from '../../options';
import { isConfirmed, orUnchanged, UNCHANGED } from '../../terminal/confirmation';
import { notOk } from '../../terminal/red';
import type { Screen } from '../../terminal/screen';
import type { Line } from '../../terminal/table';
import { table, timeInWords } from '../../words';

interface ListOptions extends PageOptions {
  account?: string;
  state?: string;
}

export function addEvents(program: Command, run: Run): void {
  const events = withExamples(
    program.command('events').description('What billing systems have told, and what became of it'),
    [
      'holdfast events --state failed',
      'holdfast events show stripe evt_4711',
      'holdfast events retry stripe evt_4711 --reason "The price is mapped now" --by sam',
    ],
  );
  addList(events, run);
  addShow(events, run);
  addRetry(events, run);
  addClose(events, run);
}

function addList(events: Command, run: Run): void {
  const list = withExamples(
    events
      .command('list', { isDefault: true })
      .description('Events, newest told first; the same without the word `list`'),
    [
      'holdfast events',
      'holdfast events list --state failed --account acme --json',
      'holdfast events list --limit 10 --before 120',
    ],
  )
    .option('--state <state>', `only these: ${billingEventState.options.join(', ')}`, (text) =>
      parseField(billingEventState, text, '--state'),
    )
    .option('--account <account>', 'only events about this account', checkAccountId);
  addPage(list, billingEventsPage.shape, { items: 'events', place: 'place' }).action(
    run(
      billingEvents,
      async ({ connections }, { account: accountId, state, limit, before }: ListOptions) => {
        const page = parseBillingEventsPage({ accountId, state, limit, before });
        const read = await connections.ledger().billing.read(page);
        return { json: read, text: eventsInWords(read.events) };
      },
    ),
  );
}

function addShow(events: Command, run: Run): void {
  addNamed(events, 'show', 'One event as it was told, and what became of it', [
    'holdfast events show stripe evt_4711',
    'holdfast events show stripe evt_4711 --json',
  ]).action(
    run(billingEventRecord, async ({ connections }, source: string, eventId: string) => {
      const event = await connections.ledger().billing.get({ source, eventId });
      if (event) return { json: event, text: eventInWords(event) };
      const message = `The ledger has no event ${eventId} of ${source}.`;
      throw new HoldfastError('BILLING_EVENT_NOT_FOUND', message, { source, eventId });
    }),
  );
}

function addRetry(events: Command, run: Run): void {
  addByHand(
    events,
    run,
    {
      name: 'retry',
      description: 'Have an event applied again whose obstacle is gone',
      effect: 'It is applied as if it had just been told.',
    },
    (billing, word) => billing.retry(word),
    async (connections, event) => {
      const later = connections.isOverHttp ? undefined : await takeUp(connections, event);
      return [later ?? 'It is applied again; `holdfast events show` tells what becomes of it.'];
    },
  );
}

function addClose(events: Command, run: Run): void {
  addByHand(
    events,
    run,
    {
      name: 'close',
      description: 'Close an event that is not to be applied',
      effect: 'What it tells is not applied: any money that was taken is yours to see to.',
    },
    (billing, word) => billing.close(word),
    async () => ['Closed: it is not applied.'],
  );
}

interface ByHand {
  name: string;
  description: string;
  effect: string;
}

function addByHand(
  events: Command,
  run: Run,
  { name, description, effect }: ByHand,
  act: (
    billing: Ledger['billing'],
    word: ReturnType<typeof parseBillingEventByHand>,
  ) => Promise<Outcome<BillingEventRecord>>,
  tell: (connections: Connections, event: BillingEventRecord) => Promise<string[]>,
): void {
  const command = addNamed(events, name, description, [
    `holdfast events ${name} stripe evt_4711 --reason "Ticket 4711" --by sam`,
    `holdfast events ${name} stripe evt_4711 --reason "Ticket 4711" --by sam --yes --json`,
  ]);
  addReasonAndName(command).action(
    run(
      orUnchanged(billingEventRecord),
      async (
        { connections, screen }: { connections: Connections; screen: Screen },
        source: string,
        eventId: string,
        { reason, by, yes }: ReasonAndNameOptions,
      ) => {
        const word = parseBillingEventByHand({ source, eventId, reason, by });
        const question = `${name === 'retry' ? 'Retry' : 'Close'} event ${eventId} now?`;
        if (!yes && !(await isConfirmed(screen, effect, question))) return UNCHANGED;
        const done = await act(connections.ledger().billing, word);
        if (!done.ok) throw HoldfastError.of(done.refusal);
        const text = await tell(connections, done.value);
        const workflowId = billingEventWorkflowId(source, eventId);
        return { json: done.value, text: [...text, `In Temporal: ${workflowId}`] };
      },
    ),
  );
}

/** Reconciliation takes up what Temporal can't be told of now. */
async function takeUp(
  connections: Connections,
  event: BillingEventRecord,
): Promise<string | undefined> {
  try {
    await (await connections.client()).billingEvents.takeUp(event);
    return undefined;
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return `Reconciliation takes it up, because Temporal could not be told: ${error.message}`;
  }
}

function addNamed(events: Command, name: string, description: string, examples: string[]) {
  const { source, eventId } = billingEventKey.shape;
  return addCommand(events, name, description, examples)
    .argument('<source>', 'the billing system', (text) => parseField(source, text, 'Source'))
    .argument('<event>', 'its id of the event', (text) => parseField(eventId, text, 'Event id'));
}

function eventsInWords(events: BillingEventRecord[]): Line[] {
  if (events.length === 0) return ['There are no events there.'];
  const rows = events.map((event) => [
    event.place,
    timeInWords(event.receivedAt),
    event.source,
    event.eventId,
    event.type,
    event.accountId ?? '–',
    isWell(event) ? event.state : notOk(event.state),
    event.reason ?? '–',
  ]);
  return table(['place', 'told', 'source', 'event', 'type', 'account', 'state', 'reason'], rows);
}

/** Whether it was applied, may yet be, or was left aside on purpose. */
const isWell = ({ state }: BillingEventRecord) => state !== 'failed' && state !== 'refused';

function eventInWords(event: BillingEventRecord): Line[] {
  const { source, eventId, type, state, reason, waitUntil, endedAt, attempts } = event;
  const why = reason === null ? '' : ` (${reason})`;
  const until = waitUntil === null ? '' : `, and is tried again until ${timeInWords(waitUntil)}`;
  const ended = endedAt === null ? '' : ` at ${timeInWords(endedAt)}`;
  const members = Object.entries({ ...event.event, ...event.details }).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const standing = `It is ${state}${why}${ended}${until}; tried ${attempts} times.`;
  return [
    `Event ${eventId} of ${source}: ${type}, told at ${timeInWords(event.receivedAt)}.`,
    isWell(event) ? standing : notOk(standing),
    '',
    ...table(['member', 'value'], members),
    '',
    `In Temporal: ${billingEventWorkflowId(source, eventId)}`,
  ];
}
