import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EARLIER_SIGNATURES } from '../../../ledger/earlier-signatures';
import { FUNCTIONS } from '../../../ledger/functions';
import { migrate } from '../../../ledger/migrate';
import { TestLedger } from '../ledger-support';

interface Operation {
  signature: string;
  answers: 'nothing' | 'rows' | 'value';
}

const ANSWERS: Record<string, Operation['answers']> = {
  operation: 'value',
  value: 'value',
  'in-query': 'value',
  command: 'nothing',
  page: 'rows',
};

/** The operations that a worker of that version calls. It may run beside a later one, so none of these may go or change. */
const OF_0_1_0 = readFileSync(join(__dirname, 'operations-of-0.1.0.txt'), 'utf8')
  .trim()
  .split('\n');

const OPERATIONS = `
  SELECT proname || '(' || pg_get_function_identity_arguments(oid) || ')' AS signature,
    CASE WHEN proretset THEN 'rows' WHEN prorettype = 'void'::regtype THEN 'nothing' ELSE 'value' END AS answers
  FROM pg_proc
  WHERE pronamespace = 'holdfast'::regnamespace AND prosecdef`;

let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
});
afterAll(() => books.close());

const columnOf = (name: string) =>
  `p_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;

/** The table's operations as Postgres prints them, by name. */
function inTable(): Operation[] {
  const operations = Object.entries(FUNCTIONS).map(
    ([name, { kind, parameters, sqlName = name }]) => {
      const said = Object.entries<{ type: string }>(parameters).map(([parameter, { type }]) => {
        return `${columnOf(parameter)} ${type}`;
      });
      return { signature: `${sqlName}(${said.join(', ')})`, answers: ANSWERS[kind] ?? 'nothing' };
    },
  );
  return [...new Map(operations.map((operation) => [operation.signature, operation])).values()];
}

const signatures = (operations: Operation[]) => operations.map(({ signature }) => signature).sort();

/** Those of the database, without what they give out by parameters. */
async function inDatabase(): Promise<Operation[]> {
  const { rows } = await books.owner.query<Operation>(OPERATIONS);
  return rows.map((row) => ({ ...row, signature: row.signature.replaceAll(/, OUT [^,)]*/g, '') }));
}

test('the table names every operation of the database, with its parameters as they stand there', async () => {
  expect(signatures(await inDatabase())).toEqual(
    [...signatures(inTable()), ...EARLIER_SIGNATURES].sort(),
  );
});

test('the table says which operations answer with a value, with rows, or with nothing', async () => {
  const known = new Map((await inDatabase()).map(({ signature, answers }) => [signature, answers]));
  for (const { signature, answers } of inTable()) {
    expect({ signature, answers: known.get(signature) }).toEqual({ signature, answers });
  }
});

test('every operation of v0.1.0 is there and unchanged', async () => {
  const { rows } = await books.owner.query<Operation>(OPERATIONS);
  expect(OF_0_1_0).toHaveLength(58);
  expect(OF_0_1_0.filter((signature) => !signatures(rows).includes(signature))).toEqual([]);
});

test('one login for every process may call every operation of v0.1.0, and read its views', async () => {
  const login = new URL(books.urls.ledgerUrl).username;
  const { rows } = await books.owner.query<Operation>(
    `${OPERATIONS} AND has_function_privilege($1, oid, 'EXECUTE')`,
    [login],
  );
  expect(OF_0_1_0.filter((signature) => !signatures(rows).includes(signature))).toEqual([]);
  const { rows: views } = await books.owner.query(
    `SELECT has_table_privilege($1, 'holdfast.history', 'SELECT')
       AND has_table_privilege($1, 'holdfast.live_subscriptions', 'SELECT') AS readable`,
    [login],
  );
  expect(views).toEqual([{ readable: true }]);
});

test('a function that the table doesn’t name, or a further signature of one, may be called by its owner alone', async () => {
  await books.owner.query(`
    CREATE FUNCTION holdfast.request(p_account_id text, p_request_id text, p_more jsonb) RETURNS jsonb
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'SELECT p_more';
    CREATE FUNCTION holdfast.unheard() RETURNS bigint
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'SELECT 1::bigint'`);
  const { ownerUrl, ledgerUrl } = books.urls;
  await migrate({ migrationUrl: ownerUrl, servingUrl: ledgerUrl });
  const login = new URL(ledgerUrl).username;
  const { rows } = await books.owner.query(
    `SELECT proname AS name, pronargs AS arguments FROM pg_proc
     WHERE pronamespace = 'holdfast'::regnamespace AND proname IN ('request', 'unheard')
       AND has_function_privilege($1, oid, 'EXECUTE')`,
    [login],
  );
  expect(rows).toEqual([{ name: 'request', arguments: 2 }]);
  expect(await books.ledger.request('nobody', 'nothing')).toBeNull();
});
