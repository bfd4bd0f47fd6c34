import { Pool } from 'pg';
import { testServers } from '../test-servers';

let pool: Pool | undefined;

/** As the run's superuser, by connections that all test files of a process share and that don't keep it from ending. */
export async function administer(statement: string): Promise<void> {
  pool ??= new Pool({ connectionString: testServers().adminUrl, max: 2, allowExitOnIdle: true }).on(
    'error',
    () => {},
  );
  await pool.query(statement);
}
