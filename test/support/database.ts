import { randomBytes } from 'node:crypto';
import { administer } from './process/administrator';
import { testServers, withDatabase } from './test-servers';

export interface TestDatabase {
  /** The worker's URL: it may call the ledger's functions and read its views. */
  ledgerUrl: string;
  /** The URL of the migrations. */
  ownerUrl: string;
  /** The URL of the role that may set the ledger's test clock. */
  testClockUrl: string;
  drop(): Promise<void>;
}

/** A new migrated ledger for a test file, copied from the run's template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { adminUrl, template, serving, testClock } = testServers();
  const name = `${template}_${randomBytes(4).toString('hex')}`;
  // Copying files is half the work of writing the copy into the log page by page.
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  return {
    ledgerUrl: withDatabase(adminUrl, name, serving),
    ownerUrl: withDatabase(adminUrl, name),
    testClockUrl: withDatabase(adminUrl, name, testClock),
    drop: () => administer(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}
