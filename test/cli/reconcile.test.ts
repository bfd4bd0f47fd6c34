import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { holdfast, holdfastJson, variablesOf } from './command-line';

const MANY = uniqueId('many');

let stack: Holdfast;
let variables: Record<string, string>;
beforeAll(async () => {
  stack = await openHoldfast();
  variables = variablesOf(stack);
  await stack.startWorker({ holdSeconds: 1 });
});
afterAll(() => stack.close());

test('a reconciliation that would release suspiciously many stops with 3, until it is confirmed', async () => {
  await stack.fund(MANY, 100);
  const requests = Array.from({ length: 21 }, (_, index) => `lost-${index}`);
  const { sql } = stack;
  const body = { kind: 'text-to-image' };
  for (const requestId of requests) {
    await stack.ledger.reserve(MANY, requestId, body, { credits: 2, catalogVersion: '1' }, 1);
  }
  // As if an earlier pass had not found their workflows either.
  await sql(
    "UPDATE holdfast.reservations SET missing_passes = 1, missing_pass_id = 'earlier' WHERE account_id = $1",
    [MANY],
  );
  expect(await holdfastJson(variables, 'reconcile')).toMatchObject({
    code: 3,
    json: { status: 'stopped', reason: 'RECONCILIATION_LIMIT', orphans: 21, released: 0 },
  });
  expect(await holdfastJson(variables, 'reconcile', '--confirm')).toMatchObject({
    code: 2,
    json: { error: { code: 'INVALID_ARGUMENT' } },
  });
  const words = ['--reason', 'Ticket 4711', '--by', 'sam'];
  expect(await holdfastJson(variables, 'reconcile', '--confirm', ...words)).toMatchObject({
    code: 0,
    json: { status: 'done', released: 21 },
  });
  const { json } = await holdfastJson(variables, 'acts', '--limit', '1');
  expect(json).toMatchObject({
    acts: [
      {
        ...{ what: 'reconcile', accountId: null, reason: 'Ticket 4711', by: 'sam' },
        claimedIdentity: expect.stringMatching(/^\d+@/),
      },
    ],
    next: expect.any(Number),
  });
});

test('reconciliation prints what else it has put right, and restarts a subscription’s lost workflow', async () => {
  const subscriber = uniqueId('acme');
  const request = {
    accountId: subscriber,
    subscriptionId: 's',
    planId: 'lite-monthly',
    paymentReference: 'pay-1',
  };
  await stack.client.subscriptions.subscribe(request);
  const workflow = stack.temporal.client.workflow.getHandle(`subscription/${subscriber}/s`);
  await workflow.terminate();
  const lost = await holdfast(variables, 'subscription', subscriber);
  expect(lost.stdout).toMatch(
    /\nWorkflow {2}terminated, and started again by the next reconciliation pass or command; /,
  );

  // As if the time to look after it had come.
  await stack.sql('UPDATE holdfast.subscriptions SET look_from = now() WHERE account_id = $1', [
    subscriber,
  ]);
  const { code, stdout } = await holdfast(variables, 'reconcile');
  expect(stdout).toMatch(
    new RegExp(
      '\nSubscriptions, grants and purchases; what was missed:\n' +
        ' {2}0 subscriptions with paid cycles that had begun: granted\n' +
        ' {2}0 terms and 0 accounts with ended credits: their expiry booked\n' +
        ' {2}1 subscription and 0 purchases whose workflow was lost: started again\n' +
        ' {2}0 accounts with a request to wake, a notice to write or credits to buy: attended to\n' +
        ' {2}0 left to the next pass\n$',
    ),
  );
  expect(code).toBe(0);
  expect(await holdfastJson(variables, 'subscription', subscriber)).toMatchObject({
    code: 0,
    json: { workflow: { state: 'running' } },
  });
});
