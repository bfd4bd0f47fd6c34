import { randomBytes } from 'node:crypto';
import { administer } from './process/administrator';
import { testServers, withDatabase } from './test-servers';

export interface TestDatabase {
  /** The URL of one login for web, worker and operator, as a single DATABASE_URL makes it. */
  ledgerUrl: string;
  /** The URL of a login with the one role that it is named after. */
  webUrl: string;
  workerUrl: string;
  operatorUrl: string;
  /** The URL of the migrations. */
  ownerUrl: string;
  /** The URL of the role that may set the ledger's test clock. */
  testClockUrl: string;
  drop(): Promise<void>;
}

/** A new migrated ledger for a test file, copied from the run's template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { adminUrl, template, serving, logins, testClock } = testServers();
  const name = `${template}_${randomBytes(4).toString('hex')}`;
  // Copying files is half the work of writing the copy into the log page by page.
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  return {
    ledgerUrl: withDatabase(adminUrl, name, serving),
    webUrl: withDatabase(adminUrl, name, logins.web),
    workerUrl: withDatabase(adminUrl, name, logins.worker),
    operatorUrl: withDatabase(adminUrl, name, logins.operator),
    ownerUrl: withDatabase(adminUrl, name),
    testClockUrl: withDatabase(adminUrl, name, testClock),
    drop: () => administer(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}
