import { HoldfastError } from '../../contract/errors';
import { createLedger, type Ledger } from '../../ledger/ledger';
import { migrate, plannedSteps } from '../../ledger/migrate';
import { asAdmin, newRole } from '../ledger/database/empty-database';
import type { TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { withDatabase } from '../support/test-servers';
import { baselines } from './fixtures';
import { OldWorker } from './old-worker';
import { ask, restoreDump } from './restored';

const OLD_WORKERS = 2;
const FAR = '2027-06-01T00:00:00.000Z';

/** A worker of this version that was started before the migration: it works once it may. */
class NewWorker {
  rounds = 0;
  readonly refusedBy = new Set<string>();
  #stopped = false;

  constructor(
    readonly accountId: string,
    private readonly ledger: Ledger,
  ) {}

  async run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#round();
        this.rounds += 1;
      } catch (error) {
        if (!(error instanceof HoldfastError && error.retryable)) throw error;
        this.refusedBy.add(error.code);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  async #round(): Promise<void> {
    const promotion = { credits: 5, source: 'promotion', reason: 'new', by: 'new' } as const;
    const key = `g${this.rounds}`;
    await this.ledger.grant(this.accountId, key, { ...promotion, expiresAt: FAR });
    const quote = { credits: 2, catalogVersion: '2' };
    const request = `r${this.rounds}`;
    const film = { kind: 'ai-avatar', seconds: 6 };
    await this.ledger.reserve(this.accountId, request, film, quote, 600_000);
    await this.ledger.commit(this.accountId, request, 2, 'file:///o');
    await this.ledger.balance(this.accountId);
  }
}

describe.each(baselines())('a ledger of %s in use', (version) => {
  let database: TestDatabase;
  let login: string;
  let ledger: Ledger;

  beforeEach(async () => {
    database = await restoreDump(version);
    login = newRole();
    // As version 0.1 made its one login.
    await asAdmin(
      `CREATE ROLE ${login} LOGIN PASSWORD 'secret'`,
      `GRANT holdfast_worker TO ${login}`,
    );
    database.ledgerUrl = withDatabase(database.ownerUrl, databaseOf(database), {
      user: login,
      password: 'secret',
    });
    ledger = createLedger({ databaseUrl: database.ledgerUrl });
  });
  afterEach(async () => {
    await ledger.close();
    await database.drop();
    await asAdmin(`DROP ROLE ${login}`);
  });

  test('is migrated step by step, and no call of either version is lost, doubled or refused for good', async () => {
    const old = Array.from(
      { length: OLD_WORKERS },
      (_, index) => new OldWorker(`old-${index}`, database.ledgerUrl),
    );
    const present = new NewWorker('new', ledger);
    const work = Promise.all([...old, present].map((worker) => worker.run()));
    let failed: unknown;
    work.catch((error) => {
      failed = error;
    });
    const stops: string[] = [];
    /** Stops at a step until the old workers have done all that they do on what the steps before left. */
    const atStep = async (line: string) => {
      stops.push(line);
      if (!/^(Applying|Building|Replacing|Begin|before|after)/.test(line)) return;
      const before = old.map(({ rounds }) => rounds);
      await eventually(async () => {
        if (failed) throw failed;
        return old.every(({ rounds }, index) => rounds > Number(before[index]) + 1);
      });
      const [audited] = await ask<{ audit: { violations: unknown[] } }>(
        database,
        'SELECT holdfast.audit() AS audit',
      );
      expect({ line, violations: audited?.audit.violations }).toEqual({ line, violations: [] });
    };
    await atStep('before');
    await migrate({
      migrationUrl: database.ownerUrl,
      servingUrl: database.ledgerUrl,
      log: atStep,
      note: atStep,
    });
    await atStep('after');
    await eventually(async () => present.rounds > 2);
    for (const worker of [...old, present]) worker.stop();
    await work;

    expect(stops).toEqual(
      expect.arrayContaining(['Replacing functions', 'Building index purchases_opened']),
    );
    expect([...present.refusedBy]).toEqual(['LEDGER_NOT_MIGRATED']);
    for (const { accountId, available } of old)
      expect(await ledger.balance(accountId)).toMatchObject({ available, reserved: 0 });
    expect(await ledger.balance('new')).toMatchObject({ available: 3 * present.rounds });
    expect((await ledger.audit()).violations).toEqual([]);
    expect(
      await plannedSteps({ migrationUrl: database.ownerUrl, servingUrl: database.ledgerUrl }),
    ).toEqual([]);
  });
});

function databaseOf({ ownerUrl }: TestDatabase): string {
  return new URL(ownerUrl).pathname.slice(1);
}
