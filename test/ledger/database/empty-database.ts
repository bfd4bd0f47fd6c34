import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { testServers, withDatabase } from '../../support/test-servers';

export async function asAdmin(...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: testServers().adminUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A database that nobody has migrated, and the login of a serving process that nobody has created yet. */
export class EmptyDatabase {
  readonly name = `${testServers().template}_${randomBytes(4).toString('hex')}`;
  readonly ownerUrl = withDatabase(testServers().adminUrl, this.name);

  static async create(): Promise<EmptyDatabase> {
    const database = new EmptyDatabase();
    await asAdmin(`CREATE DATABASE ${database.name}`);
    return database;
  }

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

/** Roles belong to the server, so names are random and every test drops its own. */
export function newRole(): string {
  return `holdfast_app_${randomBytes(4).toString('hex')}`;
}
