import { Pool } from 'pg';
import { testServers } from '../test-servers';

let pool: Pool | undefined;

/**
 * Runs SQL as the run's superuser. All test files of the process share the connections, which don't
 * keep it from ending.
 */
export async function administer(statement: string): Promise<void> {
  pool ??= new Pool({ connectionString: testServers().adminUrl, max: 2, allowExitOnIdle: true }).on(
    'error',
    () => {},
  );
  await pool.query(statement);
}
