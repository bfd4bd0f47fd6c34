import { openTwoProducts, type TwoProducts } from '../workflows/two-products';
import { park } from '../workflows/waiting/waiting-support';
import { errorOf, holdfast, holdfastJson, variablesOf } from './command-line';

const ACME = 'acme';
let products: TwoProducts;
let foreign: Record<string, string>;
beforeAll(async () => {
  products = await openTwoProducts();
  const { first, second } = products;
  await first.startWorker();
  await first.client.subscriptions.subscribe({
    accountId: ACME,
    subscriptionId: 's',
    planId: 'lite-monthly',
    paymentReference: 'p',
  });
  await second.ledger.subscriptions.subscribe(ACME, 's', {
    planId: 'lite-monthly',
    paymentReference: 'p',
  });
  foreign = variablesOf(second);
});
afterAll(() => products.close());

test.each(
  [
    ['generate', ACME, 'text-to-image'],
    ['show', ACME, 'r'],
    ['buy', ACME, 'pack-125', '--shown-price-cents', '4900'],
    ['subscribe', ACME, 'lite-monthly', '--payment-reference', 'p2'],
    ['renew', ACME, '--payment-reference', 'p2'],
    ['change-plan', ACME, 'professional-monthly', '--payment-reference', 'p2'],
    ['cancel', ACME],
    ['resume', ACME],
    ['subscription', ACME],
    ['reconcile', '--confirm', '--reason', 'checked', '--by', 'sam'],
    ['setup'],
  ].map((words) => [words.join(' '), words] as const),
)('holdfast %s ends with 3 in another ledger’s namespace', async (_, words) => {
  expect(await holdfastJson(foreign, ...words)).toEqual({
    code: 3,
    json: {
      error: expect.objectContaining(errorOf('LEDGER_MISMATCH').error),
    },
  });
});

test('what such commands would have begun is not there, and the other ledger is as it was', async () => {
  const { first } = products;
  expect(await first.client.balance(ACME)).toMatchObject({ available: 150, reserved: 0 });
  expect(await first.client.operations.reconciliationSchedule()).toBeNull();
  expect(await first.payments.book()).toEqual([]);
});

test('a grant in the ledger wakes no workflow of the other ledger, and its message stays', async () => {
  const { first, second } = products;
  await first.fund('patient', 1);
  await park(first, 'patient', 'r', 5);
  await second.fund('patient', 1);
  await second.ledger.reserve(
    'patient',
    'r',
    { kind: 'ai-avatar', seconds: 15 },
    { credits: 5, catalogVersion: '1' },
    60_000,
    { timeout: 'P1D' },
  );
  const given = ['grant', 'patient', '10', '--source', 'promotion', '--reason', 'r', '--by', 'b'];
  const granted = await holdfast(foreign, ...given, '--expires-at', '2099-01-01T00:00:00Z');
  expect(granted.code).toBe(0);
  const wakes = "SELECT 1 FROM holdfast.outbox WHERE account_id = 'patient' AND kind = 'wake'";
  expect(await second.sql(wakes)).toHaveLength(1);
  const workflow = first.temporal.client.workflow.getHandle('generation/patient/r');
  const { events } = await workflow.fetchHistory();
  expect(events?.some((event) => event.workflowExecutionSignaledEventAttributes)).toBe(false);
  await workflow.cancel();
  await workflow.result();
});

test('the doctor says whose namespace it is and what to do', async () => {
  const { first, second } = products;
  const [recorded, own] = [await first.ledger.ledgerId(), await second.ledger.ledgerId()];
  const { namespace } = first.temporal;
  const { code, stdout } = await holdfast(foreign, 'doctor');
  expect(code).toBe(4);
  expect(stdout).toContain(
    `PROBLEM  ledger-identity: Namespace ${namespace} belongs to ledger ${recorded}, and this is ledger ${own}.\n` +
      '          → Point DATABASE_URL and TEMPORAL_… at the same installation; see docs/how-to/runbook.md.\n',
  );
  const { json } = await holdfastJson(variablesOf(first), 'doctor');
  expect(json).toMatchObject({
    checks: expect.arrayContaining([
      {
        name: 'ledger-identity',
        ok: true,
        detail: `namespace ${namespace} belongs to this ledger, ${recorded}`,
      },
    ]),
  });
});

test('the doctor only looks: it records no ledger', async () => {
  const { first, endRecord } = products;
  await endRecord();
  const { stdout } = await holdfast(foreign, 'doctor');
  expect(stdout).toMatch(/^ok {7}ledger-identity: namespace \S+ records no ledger yet$/m);
  expect(await first.client.operations.recordedLedger()).toBeNull();
});
