import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { give, park, queueOf } from '../workflows/waiting/waiting-support';
import { errorOf, holdfast, holdfastJson, onlyDocument, start, variablesOf } from './command-line';

let stack: Holdfast;
let variables: Record<string, string>;
let account: string;
beforeAll(async () => {
  stack = await openHoldfast();
  variables = variablesOf(stack);
  await stack.startWorker();
});
beforeEach(async () => {
  account = uniqueId('waits');
  await stack.fund(account, 10);
});
afterAll(() => stack.closeSettled());

const waitFor = (...words: string[]) => [
  'generate',
  account,
  'ai-avatar',
  '--seconds',
  '60',
  '--on-insufficient',
  'wait',
  ...words,
];

test('a waiting generation says at once what it waits for, then runs when the credits are there', async () => {
  const waiting = start(variables, waitFor('--request-id', 'r1'));
  await waiting.says('Ctrl-C takes it out of the queue.');
  await give(stack, account, 10, 'more');
  const { code, stdout, stderr } = await waiting.ended;
  expect(stderr).toMatch(
    /^Request r1 waits for credits, at place 1 in the queue, until \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\.\nIt needs 20 credits; 10 available: 10 short\.\n {2}would cover it: pack-125: 125 credits for 49 USD\n/,
  );
  expect(stdout).toMatch(/^Committed: 20 credits charged\.\nOutput: {2}file:.*\n$/);
  expect(code).toBe(0);
});

test('credits granted on the command line wake a waiting generation at once, without a worker in between', async () => {
  const { client } = stack;
  const request = { accountId: account, requestId: 'r', kind: 'ai-avatar', seconds: 60 };
  await client.generations.start({ ...request, onInsufficientCredits: 'wait' });
  const end = new Date(Date.now() + 86_400_000).toISOString();
  const given = ['--source', 'promotion', '--expires-at', end, '--reason', 'sorry', '--by', 'sam'];
  expect(await holdfastJson(variables, 'grant', account, '10', ...given)).toMatchObject({
    code: 0,
  });
  expect(await client.generations.result(account, 'r')).toMatchObject({
    status: 'committed',
    charged: 20,
  });
});

test('a generation that waits in vain is rejected with its reason, also by `show` and the exit code', async () => {
  const late = await holdfastJson(
    variables,
    ...waitFor('--request-id', 'late', '--wait-timeout', 'PT1S'),
  );
  expect(late).toMatchObject({
    code: 3,
    json: {
      requestId: 'late',
      status: 'rejected',
      reserved: 0,
      charged: 0,
      reason: 'WAIT_TIMED_OUT',
      required: 20,
    },
  });
  const [shown, inWords] = await Promise.all([
    holdfastJson(variables, 'show', account, 'late'),
    holdfast(variables, 'show', account, 'late'),
  ]);
  expect(shown.json).toMatchObject({
    explanation: expect.stringMatching(
      /^It waited for 20 credits in vain, from .* to .* \(WAIT_TIMED_OUT\)/,
    ),
    ledger: {
      status: 'released',
      reason: 'WAIT_TIMED_OUT',
      wait: { place: null, required: 20, admitted: 20 },
    },
  });
  expect(inWords.stdout).toMatch(/\nWaited {4}since .*, until .* at most\n/);
  // The default says nothing of waiting.
  const rejected = await holdfastJson(
    variables,
    'generate',
    account,
    'ai-avatar',
    '--seconds',
    '60',
    '--on-insufficient',
    'reject',
  );
  expect(rejected).toMatchObject({
    code: 3,
    json: { reason: 'INSUFFICIENT_CREDITS', shortfall: 10 },
  });
});

test('Ctrl-C takes a waiting generation out of the queue', async () => {
  const waiting = start(variables, waitFor('--request-id', 'r1'));
  await waiting.says('Ctrl-C takes it out of the queue.');
  expect(await queueOf(stack, account)).toEqual(['r1']);
  waiting.interrupt();
  const { code, stdout } = await waiting.ended;
  expect(stdout).toBe('Cancelled: nothing was charged, nothing was held.\n');
  expect(code).toBe(5);
  expect(await queueOf(stack, account)).toEqual([]);
});

test('`waiting` lists the queue in its order, and `show` has a generation’s place', async () => {
  expect((await holdfast(variables, 'waiting', account)).stdout).toBe(
    `No request waits for credits of account ${account}.\n`,
  );
  await park(stack, account, 'first', 20);
  await park(stack, account, 'second', 1_500);
  const [inWords, asJson, shown] = await Promise.all([
    holdfast(variables, 'waiting', account),
    holdfast(variables, 'waiting', account, '--json'),
    holdfastJson(variables, 'show', account, 'second'),
  ]);
  expect(inWords.stdout).toMatch(
    new RegExp(
      `^2 requests wait for 1,520 credits of account ${account}; 10 available\\.\\n\\nplace  request`,
    ),
  );
  expect(inWords.stdout).toMatch(/\n {4}2 {2}second {3}ai-avatar {2}1,500 +20 {2}\d{4}-/);
  const times = { since: expect.any(String), until: expect.any(String) };
  expect(onlyDocument(asJson.stdout)).toEqual({
    ...{ accountId: account, at: expect.any(String), available: 10, waitedFor: 1_520 },
    ticketCount: 2,
    next: null,
    tickets: [
      { place: 1, requestId: 'first', kind: 'ai-avatar', required: 20, requiredAhead: 0, ...times },
      {
        place: 2,
        requestId: 'second',
        kind: 'ai-avatar',
        required: 1_500,
        requiredAhead: 20,
        ...times,
      },
    ],
  });
  expect(shown.json).toMatchObject({
    explanation: expect.stringMatching(
      /^It waits for 1,500 credits since .*, at place 2 in the queue, until /,
    ),
    ledger: { status: 'waiting', reserved: 0, wait: { place: 2, required: 1_500 } },
  });
  const { stdout } = await holdfast(variables, 'waiting', account, '--limit', '1');
  const [, next] = /More follow: --after (\d+)\.\n$/.exec(stdout) ?? [];
  const rest = await holdfastJson(variables, 'waiting', account, '--after', String(next));
  expect(rest.json).toMatchObject({ ticketCount: 2, tickets: [{ requestId: 'second', place: 2 }] });
  for (const id of ['first', 'second']) {
    await stack.client.generations.cancel(account, id);
    await stack.client.generations.result(account, id);
  }
});

test('a stop that holds up the queue is shown with its reason, in the list and to a new waiting generation', async () => {
  await park(stack, account, 'first', 20);
  await stack.client.settings.stop({
    accountId: account,
    kind: 'ai-avatar',
    reason: 'an outage',
    by: 'sam',
  });
  const why = `The queue is held up: Admissions of ai-avatar for account ${account} are stopped: an outage.\n`;
  expect((await holdfast(variables, 'waiting', account)).stdout).toContain(
    `10 available.\n${why}\nplace`,
  );
  expect((await holdfastJson(variables, 'waiting', account)).json).toMatchObject({
    heldUp: { code: 'ADMISSION_STOPPED', details: { kind: 'ai-avatar', reason: 'an outage' } },
  });
  const words = ['--on-insufficient', 'wait', '--request-id', 'second'];
  const second = start(variables, ['generate', account, 'text-to-image', ...words]);
  await second.says('Ctrl-C takes it out of the queue.');
  await stack.client.generations.cancel(account, 'first');
  const { stderr } = await second.ended;
  expect(stderr).toContain(`: 12 short.\n`);
  expect(stderr).toContain(`${why}Ctrl-C`);
  await stack.client.settings.admit({ accountId: account, kind: 'ai-avatar' });
});

test.each([
  ['INVALID_ON_INSUFFICIENT', ['--on-insufficient', 'hope']],
  ['INVALID_ON_INSUFFICIENT', ['--wait-timeout', 'P1D']],
  ['INVALID_WAIT_TIMEOUT', ['--on-insufficient', 'wait', '--wait-timeout', '1 day']],
  ['INVALID_WAIT_TIMEOUT', ['--on-insufficient', 'wait', '--wait-timeout', 'P2Y']],
])('a generation is refused with %s for %j', async (code, words) => {
  const refused = await holdfastJson(variables, 'generate', account, 'text-to-image', ...words);
  expect(refused).toMatchObject({ code: 2, json: errorOf(code) });
});
