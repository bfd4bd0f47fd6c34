import { Client } from 'pg';

/**
 * A copy of a ledger's database, as a backup of one moment, and its return in the ledger's place.
 * Both end every connection to it, as a restore does.
 */
export class Backup {
  readonly #name: string;
  readonly #adminUrl: string;

  constructor(migrationUrl: string) {
    const url = new URL(migrationUrl);
    this.#name = url.pathname.slice(1);
    url.pathname = '/postgres';
    this.#adminUrl = url.href;
  }

  take(): Promise<void> {
    return this.#alone([`CREATE DATABASE ${this.#copy} TEMPLATE ${this.#name}`]);
  }

  restore(): Promise<void> {
    return this.#alone([
      `ALTER DATABASE ${this.#name} RENAME TO ${this.#name}_lost`,
      `ALTER DATABASE ${this.#copy} RENAME TO ${this.#name}`,
    ]);
  }

  get #copy(): string {
    return `${this.#name}_backup`;
  }

  async #alone(statements: string[]): Promise<void> {
    const admin = new Client({ connectionString: this.#adminUrl });
    await admin.connect();
    try {
      await admin.query(`ALTER DATABASE ${this.#name} ALLOW_CONNECTIONS false`);
      await admin.query(
        'SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = $1',
        [this.#name],
      );
      for (const statement of statements) await admin.query(statement);
      await admin.query(`ALTER DATABASE ${this.#name} ALLOW_CONNECTIONS true`);
    } finally {
      await admin.end();
    }
  }
}
