import type { LedgerRole } from '../../ledger/access';

/** The servers that the global set-up has started, published to every test process. */
export interface TestServers {
  /** A superuser's URL. Its database is not the template. */
  adminUrl: string;
  /** The name of a migrated database without connections, which test databases are copied from. */
  template: string;
  /** The login of a single DATABASE_URL, and the logins of the template's roles. */
  serving: Login;
  logins: Record<LedgerRole, Login>;
  testClock: Login;
  temporal: { address: string; namespace: string };
  /** The bundle of the present workflows. */
  workflowBundlePath: string;
  /** The folder with the present credits element. */
  elementFolder: string;
  /** Absent if no test file of the run skips time. */
  timeSkipping?: TimeSkippingServer;
}

/** The server's executable, or why there is none. */
export type TimeSkippingServer = { executable: string } | { missing: string };

export interface Login {
  user: string;
  password: string;
}

// The name does not start with HOLDFAST_, because workers refuse unknown variables of that kind.
const VARIABLE = 'TEST_SERVERS';

export function publishTestServers(servers: TestServers): void {
  process.env[VARIABLE] = JSON.stringify(servers);
}

export function testServers(): TestServers {
  const value = process.env[VARIABLE];
  if (!value)
    throw new Error('The test servers are started by jest; see test/support/global-setup.ts.');
  return JSON.parse(value);
}

export function withDatabase(url: string, database: string, login?: Login): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  if (login) {
    changed.username = login.user;
    changed.password = login.password;
  }
  return changed.toString();
}
