import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { testServers, withDatabase } from '../../support/test-servers';

/** Runs the statements in order as the server's administrator. */
export async function asAdmin(...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: testServers().adminUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A new database that has not been migrated. `drop` removes it. */
export class EmptyDatabase {
  readonly name = `${testServers().template}_${randomBytes(4).toString('hex')}`;
  readonly ownerUrl = withDatabase(testServers().adminUrl, this.name);

  static async create(): Promise<EmptyDatabase> {
    const database = new EmptyDatabase();
    await asAdmin(`CREATE DATABASE ${database.name}`);
    return database;
  }

  /** The URL under which a serving process with that login reaches the database. */
  servingUrl(user: string): string {
    return withDatabase(testServers().adminUrl, this.name, {
      user,
      password: encodeURIComponent('p"a\'s?s\\?/w:r$d%'),
    });
  }

  drop(): Promise<void> {
    return asAdmin(`DROP DATABASE ${this.name} WITH (FORCE)`);
  }
}

/** A random name of a role: roles belong to the server, so every test has its own and drops it. */
export function newRole(): string {
  return `holdfast_app_${randomBytes(4).toString('hex')}`;
}
