import { Client } from 'pg';
import type { LedgerRole } from '../../../ledger/access';
import { type MigrateOptions, migrate } from '../../../ledger/migrate';
import { testServers, withDatabase } from '../../support/test-servers';
import { runOn } from './cluster';
import { asAdmin, EmptyDatabase, newRole } from './empty-database';

const ROLES_OF = `
  SELECT split_part(r.rolname, '_', 2) AS role
  FROM pg_auth_members AS m
  JOIN pg_roles AS r ON r.oid = m.roleid
  JOIN pg_roles AS u ON u.oid = m.member
  WHERE u.rolname = $1
  ORDER BY 1`;
const FIRST = 'p"a\'s?s\\/w:r$d%';

/** A new database, and the logins that a test makes for it. */
export class LoginDatabase extends EmptyDatabase {
  #made: string[] = [];

  static override async create(): Promise<LoginDatabase> {
    const database = new LoginDatabase();
    await asAdmin(`CREATE DATABASE ${database.name}`);
    return database;
  }

  /** A name of a login or a role, which `dropLogins` drops. */
  newLogin(): string {
    const login = newRole();
    this.#made.push(login);
    return login;
  }

  async dropLogins(): Promise<void> {
    // Together: one may have given another its role.
    if (this.#made.length > 0) await asAdmin(`DROP ROLE IF EXISTS ${this.#made.join(', ')}`);
    this.#made = [];
  }

  urlOf(user: string, password = FIRST): string {
    return withDatabase(testServers().adminUrl, this.name, {
      user,
      password: encodeURIComponent(password),
    });
  }

  /** Migrates, and returns what was noted. */
  async migrated(options: Partial<MigrateOptions>): Promise<string[]> {
    const notes: string[] = [];
    await migrate({
      migrationUrl: this.ownerUrl,
      note: (line) => notes.push(line),
      ...options,
    });
    return notes;
  }

  byRole(loginUrls: Partial<Record<LedgerRole, string>>): Promise<string[]> {
    return this.migrated({ loginUrls });
  }

  async rolesOf(login: string): Promise<string[]> {
    const client = new Client({ connectionString: this.ownerUrl });
    await client.connect();
    try {
      return (await client.query(ROLES_OF, [login])).rows.map(({ role }) => role);
    } finally {
      await client.end();
    }
  }

  async verifierOf(login: string): Promise<string | undefined> {
    const [row] = await runOn<{ verifier: string }>(
      this.ownerUrl,
      `SELECT rolpassword AS verifier FROM pg_authid WHERE rolname = '${login}'`,
    );
    return row?.verifier;
  }
}
