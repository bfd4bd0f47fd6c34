import { randomBytes } from 'node:crypto';
import { administer } from './process/administrator';
import { testServers, withDatabase } from './test-servers';

export interface TestDatabase {
  /** As the worker connects: it may call the ledger's functions and read its views. */
  ledgerUrl: string;
  /** As the migrations connect. */
  ownerUrl: string;
  /** As somebody who may set the ledger's test clock. */
  testClockUrl: string;
  drop(): Promise<void>;
}

/** A migrated ledger of its own for a test file, cloned from the run's template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { adminUrl, template, serving, testClock } = testServers();
  const name = `${template}_${randomBytes(4).toString('hex')}`;
  // Copied whole, which is half the work of writing it into the log page by page.
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  return {
    ledgerUrl: withDatabase(adminUrl, name, serving),
    ownerUrl: withDatabase(adminUrl, name),
    testClockUrl: withDatabase(adminUrl, name, testClock),
    drop: () => administer(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}
