/** What the global set-up leaves in the environment for every test process. */
export interface TestServers {
  /** A superuser's connection; its database is not the template. */
  adminUrl: string;
  /** A migrated database that nobody is connected to. */
  template: string;
  serving: Login;
  testClock: Login;
  temporal: { address: string; namespace: string };
  /** The bundle of the present workflows. */
  workflowBundlePath: string;
  /** The folder with the present credits element. */
  elementFolder: string;
  /** Absent where no test file of the run skips time. */
  timeSkipping?: TimeSkippingServer;
}

/** Its executable, or why there is none. */
export type TimeSkippingServer = { executable: string } | { missing: string };

export interface Login {
  user: string;
  password: string;
}

// The name doesn't start with HOLDFAST_: the worker refuses variables of that kind that it doesn't know.
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
