import type { Client } from 'pg';
import { newId, promotion, START, TestLedger } from '../ledger-support';
import { connectRoles, type RoleClients } from './role-clients';

let books: TestLedger;
let clients: RoleClients;

beforeAll(async () => {
  books = await TestLedger.open();
  clients = await connectRoles(books);
});
afterAll(async () => {
  for (const client of Object.values(clients)) await client.end();
  await books.expectBalanced();
  await books.close();
});

const TABLES = [
  ...[
    'accounts',
    'grants',
    'reservations',
    'entries',
    'idempotency_keys',
    'catalog_versions',
    'test_clock',
  ],
  ...['terms', 'subscriptions', 'cycles', 'payments', 'purchases'],
];

describe('the ledger’s functions are not redirected', () => {
  const account = newId();

  async function expectUndisturbed(caller: Client): Promise<void> {
    const call = (name: string, values: unknown[]) =>
      caller.query(
        `SELECT holdfast.${name}(${values.map((_, i) => `$${i + 1}`)}) AS answer`,
        values,
      );
    const key = newId('key');
    const grant = await call('grant_credits', [account, key, promotion(10)]);
    expect(grant.rows[0].answer).toMatchObject({ result: { grantedAt: START }, replayed: false });
    const reserve = await call('reserve_credits', [account, key, { kind: 'x' }, 4, 1, 1_000]);
    expect(reserve.rows[0].answer).toMatchObject({ result: { status: 'open', reservedAt: START } });
    await call('commit_reservation', [account, key, 3, 'file:///o']);
    expect(await books.ledger.request(account, key)).toMatchObject({
      status: 'committed',
      charged: 3,
    });
  }

  // Until it is migrated, a copy lets every login make temporary tables.
  test('by a caller’s temporary tables', async () => {
    const { worker } = clients;
    for (const table of TABLES) await worker.query(`CREATE TEMP TABLE ${table} (a int)`);
    await worker.query('SET search_path = pg_temp, holdfast, pg_catalog');
    await expectUndisturbed(worker);
    for (const table of TABLES) {
      expect((await worker.query(`SELECT * FROM pg_temp.${table}`)).rows).toEqual([]);
    }
  });

  test('by functions and tables in a schema that a caller puts before the system’s', async () => {
    await books.owner.query(`
      CREATE SCHEMA evil;
      CREATE FUNCTION evil.date_trunc(text, timestamptz) RETURNS timestamptz LANGUAGE sql AS $$SELECT timestamptz '1999-01-01Z'$$;
      CREATE FUNCTION evil.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$SELECT timestamptz '1999-01-01Z'$$;
      CREATE FUNCTION evil.jsonb_build_object(VARIADIC "any") RETURNS jsonb LANGUAGE internal AS 'jsonb_build_object';
      CREATE FUNCTION evil.never(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT false';
      CREATE OPERATOR evil.> (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = evil.never);
      CREATE OPERATOR evil.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = evil.never);
      GRANT USAGE ON SCHEMA evil TO PUBLIC`);
    for (const table of TABLES) await books.owner.query(`CREATE TABLE evil.${table} (a int)`);
    const { worker, operator } = clients;
    for (const caller of [worker, operator])
      await caller.query('SET search_path = evil, pg_catalog');
    await expectUndisturbed(worker);
    expect(
      (await operator.query(`SELECT at FROM holdfast.history WHERE account_id = '${account}'`)).rows
        .length,
    ).toBe(6);
  });
});
