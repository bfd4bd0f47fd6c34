import { createLedger, type Ledger } from '../../ledger/ledger';
import { withLedgerClock } from '../../testing/ledger-clock';
import { createTestDatabase, type TestDatabase } from '../support/database';

describe('a ledger with an environment’s clock', () => {
  let database: TestDatabase;
  let ledger: Ledger;
  let times: string[];
  const environment = { currentTimeMs: async () => Date.parse(times.shift() ?? '') };
  const now = async () => (await ledger.holds.scope()).now;

  beforeAll(async () => {
    database = await createTestDatabase();
    ledger = withLedgerClock(
      environment,
      createLedger({ databaseUrl: database.ledgerUrl }),
      database.testClockUrl,
    );
  });
  afterAll(async () => {
    await ledger.close();
    await database.drop();
  });

  it('sees the environment’s time in every call', async () => {
    times = ['2030-01-01T00:00:00.000Z', '2030-02-01T00:00:00.000Z'];
    expect([await now(), await now()]).toEqual([
      '2030-01-01T00:00:00.000Z',
      '2030-02-01T00:00:00.000Z',
    ]);
  });

  it('sees the environment’s time in the calls of its subscriptions', async () => {
    times = ['2030-03-01T00:00:00.000Z', '2030-04-02T00:00:00.000Z'];
    await ledger.subscriptions.subscribe('acme', 'main', {
      planId: 'lite-monthly',
      paymentReference: 'invoice-1',
    });
    expect(await ledger.subscription('acme')).toMatchObject({
      cycleStart: '2030-03-01T00:00:00.000Z',
      status: 'lapsed',
    });
  });

  it('never goes back, even if a call that was made earlier comes later', async () => {
    times = ['2031-01-01T00:00:00.000Z', '2030-06-01T00:00:00.000Z'];
    expect([await now(), await now()]).toEqual([
      '2031-01-01T00:00:00.000Z',
      '2031-01-01T00:00:00.000Z',
    ]);
  });
});
