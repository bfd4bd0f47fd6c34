import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { WORKFLOWS } from '../../contract/workflows';
import * as messages from '../../workflows/messages';
import * as workflows from '../../workflows/workflows';
import { misfitsIn } from '../support/misfits';
import { recordedHistories } from './histories';

/** The values of one recorded payload, and the name of the schema that they have to fit. */
interface Recorded {
  /** `generationWorkflow input`, `billingCycleWorkflow renew answer`, … */
  what: string;
  values: unknown[];
}

type Event = temporal.api.history.v1.IHistoryEvent;
type Payloads = temporal.api.common.v1.IPayloads | null | undefined;

const histories = recordedHistories();
const SCHEMAS = Object.fromEntries(
  Object.entries(WORKFLOWS).flatMap(([type, contract]) => schemasOf(type, contract)),
);

function schemasOf(type: string, { input, ...more }: (typeof WORKFLOWS)[keyof typeof WORKFLOWS]) {
  const updates = Object.entries('updates' in more ? more.updates : {});
  return [
    [`${type} input`, input] as const,
    ...('lateness' in more ? [[`${type} lateness`, more.lateness] as const] : []),
    ...('result' in more ? [[`${type} result`, more.result] as const] : []),
    ...updates.flatMap(([name, { said, answer }]) => [
      [`${type} ${name} said`, said] as const,
      [`${type} ${name} answer`, answer] as const,
    ]),
  ];
}

/** Inputs, results and updates of a recorded workflow and of its children. */
function recordedIn(type: string, events: Event[]): Recorded[] {
  const updates = new Map<string, string>();
  const recorded: Recorded[] = [];
  const note = (what: string, payloads: Payloads) => {
    const values = (payloads?.payloads ?? []).map((payload) =>
      defaultPayloadConverter.fromPayload(payload),
    );
    const judged = /^(generation|purchase)Workflow(?= input$)/.exec(what);
    if (judged && values.length === 2)
      recorded.push({ what: `${judged[0]} lateness`, values: values.splice(1) });
    recorded.push({ what, values });
  };
  for (const event of events) {
    const started =
      event.workflowExecutionStartedEventAttributes ??
      event.workflowExecutionContinuedAsNewEventAttributes;
    if (started) note(`${type} input`, started.input);
    if (event.workflowExecutionCompletedEventAttributes) {
      note(`${type} result`, event.workflowExecutionCompletedEventAttributes.result);
    }
    const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
    if (child) note(`${child.workflowType?.name} input`, child.input);
    const childDone = event.childWorkflowExecutionCompletedEventAttributes;
    if (childDone) note(`${childDone.workflowType?.name} result`, childDone.result);
    const accepted = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
    if (accepted) {
      updates.set(accepted.meta?.updateId ?? '', accepted.input?.name ?? '');
      note(`${type} ${accepted.input?.name} said`, accepted.input?.args);
    }
    const answered = event.workflowExecutionUpdateCompletedEventAttributes;
    if (answered)
      note(
        `${type} ${updates.get(answered.meta?.updateId ?? '')} answer`,
        answered.outcome?.success,
      );
  }
  return recorded;
}

const RECORDED = histories.map(({ name, workflowType, history }) => ({
  name,
  recorded: recordedIn(workflowType, history.events ?? []),
}));

test('the contract has every workflow and every update', () => {
  expect(Object.keys(WORKFLOWS).sort()).toEqual(Object.keys(workflows).sort());
  const updates = Object.values<unknown>(messages).flatMap((message) =>
    message instanceof Object && 'type' in message && message.type === 'update' && 'name' in message
      ? [message.name]
      : [],
  );
  const known = Object.values(WORKFLOWS).flatMap((contract) =>
    Object.keys('updates' in contract ? contract.updates : {}),
  );
  expect(updates).toContain('admission');
  expect(updates.filter((name) => !known.includes(name as string))).toEqual([]);
});

test.each(RECORDED)('the values recorded in $name fit the contract', ({ recorded }) => {
  expect(recorded.length).toBeGreaterThan(0);
  for (const { what, values } of recorded) {
    const schema = SCHEMAS[what];
    if (!schema) throw new Error(`The contract has no ${what}.`);
    expect(values).toHaveLength(1);
    expect(misfitsIn(what, schema, values[0])).toEqual([]);
  }
});

test('the recorded failures are those of input that only the catalog can refuse', () => {
  const failures = histories.flatMap(({ name, history }) =>
    (history.events ?? []).flatMap(({ workflowExecutionFailedEventAttributes: failed }) =>
      failed ? [[name, failed.failure?.applicationFailureInfo?.type]] : [],
    ),
  );
  // No catalog has that kind.
  expect(failures).toEqual([
    ['generation.invalid.v1', 'UNKNOWN_KIND'],
    ['generation.invalid.v2', 'UNKNOWN_KIND'],
    ['generation.invalid.v3', 'UNKNOWN_KIND'],
  ]);
});

test('every schema of the contract has a recorded value', () => {
  const held = new Set(RECORDED.flatMap(({ recorded }) => recorded.map(({ what }) => what)));
  expect(Object.keys(SCHEMAS).filter((what) => !held.has(what))).toEqual([]);
});
