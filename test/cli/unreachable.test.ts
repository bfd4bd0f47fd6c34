import { Connection } from '@temporalio/client';
import { registerSearchAttributes } from '../../client/register-search-attributes';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { testServers, withDatabase } from '../support/test-servers';
import { uniqueId } from '../workflows/harness';
import { errorOf, holdfast, jsonOf, startTogether } from './command-line';

const NOWHERE = '127.0.0.1:1';
const NO_POSTGRES = `postgres://nobody:x@${NOWHERE}/holdfast`;

let database: TestDatabase;
let variables: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  const { address, namespace } = testServers().temporal;
  variables = {
    DATABASE_URL: database.operatorUrl,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
  };
  const connection = await Connection.connect({ address });
  await registerSearchAttributes(connection, namespace);
  await connection.close();
});
afterAll(() => database.drop());

/** In a process of their own, which has to end even if something in them hangs. */
const together = async (variables: Record<string, string>, ...commands: string[][]) =>
  (
    await startTogether(
      variables,
      commands.map((words) => [...words, '--json']),
    )
  ).map(jsonOf);

const GRANT = [
  '--source',
  'promotion',
  '--reason',
  'x',
  '--by',
  'x',
  '--expires-at',
  '2100-01-01T00:00:00Z',
];

test('a command without Postgres ends with 4, even a quote', async () => {
  const away = {
    ...variables,
    DATABASE_URL: NO_POSTGRES,
    HOLDFAST_MIGRATION_DATABASE_URL: NO_POSTGRES,
  };
  const commands = [
    ['quote', 'text-to-image'],
    ['grant', 'a', '1', ...GRANT],
    ['balance', 'a'],
    ['history', 'a'],
    ['audit'],
    ['migrate'],
    ['show', 'a', 'r'],
    ['subscribe', 'a', 'lite-monthly', '--payment-reference', 'p'],
    ['subscription', 'a'],
    ['cancel', 'a', '--now', '--yes'],
    ['packs'],
    ['buy', 'a', 'pack-125'],
  ];
  const answers = await together(away, ...commands);
  for (const answer of answers)
    expect(answer).toEqual({ code: 4, json: errorOf('LEDGER_UNAVAILABLE') });
});

test('a command without Temporal ends with 4 within seconds, and commands that need none still work', async () => {
  const away = { ...variables, TEMPORAL_ADDRESS: NOWHERE };
  const commands = [
    ['generate', 'a', 'text-to-image'],
    ['show', 'a', 'r'],
    ['reconcile'],
    ['setup'],
  ];
  commands.push(
    ['subscribe', 'a', 'lite-monthly', '--payment-reference', 'p'],
    ['subscription', 'a'],
    ['resume', 'a'],
  );
  commands.push(['buy', 'a', 'pack-125', '--shown-price-cents', '4900']);
  const startedAt = Date.now();
  const answers = await together(away, ...commands);
  const tookMs = Date.now() - startedAt;
  for (const answer of answers)
    expect(answer).toMatchObject({ code: 4, json: errorOf('TEMPORAL_UNAVAILABLE') });
  // What as many commands take that need no Temporal says how busy the machine is.
  const balances = await together(away, ...commands.map(() => ['balance', 'a']));
  const floorMs = Date.now() - startedAt - tookMs;
  for (const balance of balances)
    expect(balance).toMatchObject({ code: 0, json: { available: 0 } });
  expect(tookMs).toBeLessThan(20_000 + 3 * floorMs);
});

test('a command without a worker ends with NO_WORKER, and the error names the request id for a repetition', async () => {
  const alone = { ...variables, HOLDFAST_TASK_QUEUE: 'nobody-polls-this' };
  const account = uniqueId('a');
  await holdfast(variables, 'grant', account, '1', ...GRANT);
  const words = ['generate', account, 'text-to-image', '--request-id', 'unheard'];
  const [asked, reconciled] = await together(alone, words, ['reconcile']);
  const taskQueue = 'nobody-polls-this';
  expect(asked).toEqual({
    code: 4,
    json: errorOf('NO_WORKER', {
      ...{ requestId: 'unheard', taskQueue, notAfter: expect.any(String) },
    }),
  });
  expect(reconciled).toEqual({ code: 4, json: errorOf('NO_WORKER', { taskQueue }) });
});

test('a command on a database without the schema says what to run', async () => {
  const unmigrated = withDatabase(testServers().adminUrl, 'postgres');
  const commands = [['balance', 'a'], ['doctor']];
  const [balance, doctor] = await startTogether({ DATABASE_URL: unmigrated }, commands);
  expect(balance).toEqual({
    ...{ code: 4, stdout: '' },
    stderr: expect.stringMatching(/^LEDGER_NOT_MIGRATED: .*`holdfast migrate`.*\n$/),
  });
  expect(doctor?.stdout).toMatch(/PROBLEM {2}schema/);
});

test('a command without any stack says how to get one', async () => {
  const commands = [
    ['balance', 'a'],
    ['generate', 'a', 'text-to-image', '--json'],
  ];
  const [balance, generated] = await startTogether({}, commands);
  expect(balance).toEqual({
    ...{ code: 4, stdout: '' },
    stderr: expect.stringMatching(
      /^LEDGER_UNAVAILABLE: .*`npm run dev`.*DATABASE_URL and TEMPORAL_ADDRESS\.\n$/,
    ),
  });
  expect(generated && jsonOf(generated)).toEqual({ code: 4, json: expect.any(Object) });
});
