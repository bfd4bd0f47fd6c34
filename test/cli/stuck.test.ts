import { stuckList } from '../../contract/stuck';
import { eventually } from '../support/eventually';
import { type Holdfast, uniqueId } from '../workflows/harness';
import { giveUnheard, park } from '../workflows/waiting/waiting-support';
import { holdfast, holdfastJson } from './command-line';
import { fundedIn, openInterventionStack, YES } from './intervention-support';

let stack: Holdfast;
let variables: Record<string, string>;
beforeAll(async () => {
  ({ stack, variables } = await openInterventionStack());
});
afterAll(() => stack.closeSettled());

interface Line {
  what: string;
  accountId: string;
  id: string;
  workflow: { workflowId: string; state: string; failure: string | null } | null;
  command: string;
  otherwise?: string;
}

async function stuckIn(account: string, more: Record<string, string> = {}): Promise<Line[]> {
  const { json } = await holdfastJson({ ...variables, ...more }, 'stuck');
  return (json as { stuck: Line[] }).stuck.filter(({ accountId }) => accountId === account);
}

const funded = (credits?: number) => fundedIn(stack, credits);

test('an empty list ends with exit code 0', async () => {
  expect(await holdfastJson(variables, 'stuck')).toEqual({
    code: 0,
    json: { stuck: [], more: false },
  });
  expect(await holdfast(variables, 'stuck')).toEqual({
    ...{ code: 0, stdout: 'Nothing waits for an operator.\n', stderr: '' },
  });
});

test('a generation whose commit keeps failing is listed with its reason, and the named command releases it', async () => {
  const account = await funded();
  // As an outage would: the workflow tries again for ever.
  await stack.sql(`CREATE FUNCTION refuse_commit() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the disk is full' USING ERRCODE = '53100'; END $$`);
  await stack.sql(`CREATE TRIGGER refuse_commits BEFORE UPDATE ON holdfast.reservations FOR EACH ROW
    WHEN (new.state = 'committed') EXECUTE FUNCTION refuse_commit()`);
  try {
    await stack.client.generations.start({
      accountId: account,
      requestId: 'r',
      kind: 'text-to-image',
    });
    await eventually(async () => Boolean((await stuckIn(account))[0]?.workflow?.failure));
    const [line] = await stuckIn(account);
    expect(line).toEqual({
      ...{
        what: 'reservation',
        accountId: account,
        id: 'r',
        since: expect.any(String),
        problem: 'past-time-limit',
      },
      ...{
        credits: 2,
        detail: 'open',
        why: 'Its generation had to end by then, and holds 2 credits.',
      },
      workflow: {
        workflowId: `generation/${account}/r`,
        state: 'running',
        failure: expect.stringMatching(/^commit, attempt \d+: .*the disk is full/),
      },
      command: `holdfast release ${account} r --reason "…" --by NAME`,
    });
    const inWords = await holdfast(variables, 'stuck');
    expect(inWords.code).toBe(5);
    expect(inWords.stdout).toMatch(
      new RegExp(
        `^1 thing waits for an operator, the longest first\\.\\n\\nreservation r of account ${account}, since [\\d-]+ [\\d:]+Z\\n` +
          ` {2}Its generation had to end by then, and holds 2 credits\\.\\n` +
          ` {2}generation/${account}/r is running; failing: commit, attempt \\d+: .*the disk is full.*\\n` +
          ` {2}→ holdfast release ${account} r --reason "…" --by NAME\\n$`,
      ),
    );

    const released = await holdfastJson(variables, 'release', account, 'r', ...YES);
    expect(released).toMatchObject({
      code: 0,
      json: {
        accountId: account,
        requestId: 'r',
        status: 'released',
        reason: 'Ticket 4711',
        charged: 0,
      },
    });
    expect(await stuckIn(account)).toEqual([]);
  } finally {
    await stack.sql('DROP TRIGGER refuse_commits ON holdfast.reservations');
    await stack.sql('DROP FUNCTION refuse_commit()');
  }
  // Its workflow ends as well, with an output that is delivered unpaid.
  expect(await stack.client.generations.result(account, 'r')).toMatchObject({
    status: 'released',
    deliveredUnpaid: true,
  });
  const { stdout } = await holdfast(variables, 'history', account);
  expect(stdout).toMatch(/ release .* request r, Ticket 4711, by sam\n/);
  expect(await stack.ledger.balance(account)).toMatchObject({
    available: 10,
    reserved: 0,
    spent: 0,
  });
});

test('the list is printed even if Temporal can’t be reached', async () => {
  const account = await funded();
  await stack.ledger.reserve(
    account,
    'lost',
    { kind: 'ai-avatar' },
    { credits: 2, catalogVersion: '1' },
    1,
  );
  const past =
    "UPDATE holdfast.reservations SET expires_at = expires_at - interval '1 hour' WHERE account_id = $1";
  await stack.sql(past, [account]);
  expect(await stuckIn(account)).toMatchObject([
    { problem: 'unattended', workflow: { state: 'unknown', failure: null } },
  ]);
  const away = { ...variables, TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const { code, stdout, stderr } = await holdfast(away, 'stuck', '--json');
  expect(code).toBe(5);
  expect(stderr).toMatch(/^Temporal could not be asked about their workflows: .*\n$/);
  expect(stuckList.parse(JSON.parse(stdout)).stuck).toMatchObject([
    { accountId: account, workflow: null },
  ]);
  await holdfastJson(variables, 'release', account, 'lost', ...YES);
});

test('a waiting generation is taken out of its queue, and its workflow ends', async () => {
  const account = await funded(1);
  await park(stack, account, 'r', 20);
  const released = await holdfast(variables, 'release', account, 'r', ...YES);
  expect(released.stdout).toBe(
    `Released: it waits no longer.\nIn Temporal: generation/${account}/r\n`,
  );
  expect(await stack.client.generations.result(account, 'r')).toMatchObject({
    status: 'rejected',
    reason: 'Ticket 4711',
  });
});

test('a purchase, a subscription, a notice and an event are listed, and their commands end them', async () => {
  const account = uniqueId('stuck');
  const request = {
    accountId: account,
    subscriptionId: 's',
    planId: 'lite-monthly',
    paymentReference: 'pay-1',
  };
  await stack.client.subscriptions.subscribe(request);
  const body = { packId: 'pack-125', shownPriceCents: 4900 };
  await stack.ledger.purchases.open(account, 'p', body);
  await stack.sql("SELECT holdfast.write_notice($1, 'ran-dry', $2, NULL, now())", [
    account,
    { left: 0, available: 0 },
  ]);

  await stack.sql('UPDATE holdfast.accounts SET ran_dry = true WHERE account_id = $1', [account]);
  await stack.sql("SELECT holdfast.settle_notice($1, 1, '410 Gone')", [account]);
  const past = "now() - interval '1 hour'";
  await stack.sql(`UPDATE holdfast.outbox SET written_at = ${past} WHERE account_id = $1`, [
    account,
  ]);
  await stack.sql(`UPDATE holdfast.purchases SET look_from = ${past} WHERE account_id = $1`, [
    account,
  ]);

  const found = await stuckIn(account);
  expect(found.map(({ what, id, command }) => [what, id, command]).toSorted()).toEqual([
    ['event', 'notices', 'holdfast reconcile'],
    ['notice', '1', `holdfast dismiss-notice ${account} 1 --reason "…" --by NAME`],
    ['purchase', 'p', `holdfast close-purchase ${account} p --as voided --reason "…" --by NAME`],
  ]);

  expect(await holdfastJson(variables, 'dismiss-notice', account, '1', ...YES)).toMatchObject({
    code: 0,
    json: { noticeId: 1, type: 'ran-dry', status: 'failed', reason: '410 Gone' },
  });
  expect(
    await holdfastJson(variables, 'close-purchase', account, 'p', '--as', 'voided', ...YES),
  ).toMatchObject({
    code: 0,
    json: { purchaseId: 'p', status: 'voided', reason: 'Ticket 4711', priceCents: 4900 },
  });
  await holdfastJson(variables, 'reconcile');
  expect(await stuckIn(account)).toEqual([]);
  const ended = await holdfastJson(variables, 'end-now', account, 's', ...YES);
  expect(ended).toMatchObject({
    code: 0,
    json: { expired: 150, subscription: { closedWhy: 'ended-now' } },
  });
  expect(await holdfast(variables, 'end-now', account, 's', ...YES)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^It was ended by hand before, at .*\n/),
  });
});

test('an undelivered wake names its request’s workflow', async () => {
  const account = await funded(1);
  await park(stack, account, 'r', 20);
  const handle = stack.temporal.client.workflow.getHandle(`generation/${account}/r`);
  await handle.terminate();
  await giveUnheard(stack, account, 20, 'more');
  await stack.sql(
    "UPDATE holdfast.outbox SET written_at = now() - interval '1 hour' WHERE account_id = $1",
    [account],
  );
  const found = await stuckIn(account);
  expect(found.filter(({ what }) => what === 'event')).toContainEqual(
    expect.objectContaining({
      id: 'wake/r',
      workflow: { workflowId: `generation/${account}/r`, state: 'terminated', failure: null },
    }),
  );
  await holdfastJson(variables, 'release', account, 'r', ...YES);
});
