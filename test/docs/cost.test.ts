import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Cost {
  what: string;
  scenarios: string[];
  actions: number;
}

const { actionsIn }: { actionsIn(history: object): number } = require('../../scripts/cost/actions');
const { costs, table }: { costs(): Cost[]; table(): string } = require('../../scripts/cost/table');

const PAGE = readFileSync(join(__dirname, '../../docs/explanation/cost.md'), 'utf8');

test('the page has what the newest recordings cost: `node scripts/cost/write-table.js` writes it', () => {
  expect(PAGE).toContain(`\n${table()}\n`);
});

/** To raise one is a decision: users on Temporal Cloud pay for it. */
test.each([
  ['a generation, besides its heartbeats', 6],
  ['a request that waits for credits, for an hour or a month, and is served', 12],
  ['a cycle of a subscription', 8],
  ['a purchase', 5],
  ['a pass of reconciliation, with nothing due', 14],
  ['a month in which nothing is due', 100_000],
])('%s costs at most %d Actions', (what, actionsMax) => {
  const row = costs().find((one) => one.what.startsWith(what));
  expect(row?.actions).toBeLessThanOrEqual(actionsMax);
});

const event = (eventType: string, attributes: object = {}) => ({ eventType, ...attributes });
const started = event('EVENT_TYPE_WORKFLOW_EXECUTION_STARTED', {
  workflowExecutionStartedEventAttributes: {},
});
const signaled = event('EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED');
const marker = (task: string) =>
  event('EVENT_TYPE_MARKER_RECORDED', {
    markerRecordedEventAttributes: { workflowTaskCompletedEventId: task },
  });
const attempt = (n: number) =>
  event('EVENT_TYPE_ACTIVITY_TASK_STARTED', { activityTaskStartedEventAttributes: { attempt: n } });
const upserting = (...names: string[]) =>
  event('EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES', {
    upsertWorkflowSearchAttributesEventAttributes: {
      searchAttributes: { indexedFields: Object.fromEntries(names.map((name) => [name, {}])) },
    },
  });

test.each([
  ['a start', [started], 1],
  ['a signal with its start', [started, signaled], 1],
  ['a later signal', [started, signaled, signaled], 2],
  ['all markers of one task', [marker('4'), marker('4'), marker('9')], 2],
  ['a third attempt', [event('EVENT_TYPE_ACTIVITY_TASK_SCHEDULED'), attempt(3)], 3],
  ['a child', [event('EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED')], 2],
  ['a timer', [event('EVENT_TYPE_TIMER_STARTED')], 1],
  ['an upsert', [upserting('HoldfastState')], 1],
  ['the upsert of a patch', [upserting('TemporalChangeVersion')], 0],
  ['what a workflow task is made of', [event('EVENT_TYPE_WORKFLOW_TASK_SCHEDULED')], 0],
])('%s is counted as Temporal says', (_, events, actions) => {
  expect(actionsIn({ events })).toBe(actions);
});
