import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../../scripts/stack/postgres';
import { postgresFiles, postgresUser } from '../../scripts/stack/postgres-files';

let persistentDir: string;
beforeEach(() => {
  persistentDir = path.join(mkdtempSync(path.join(tmpdir(), 'holdfast-persistent-')), 'data');
});
afterEach(() => {
  rmSync(postgresFiles(persistentDir, postgresUser()).folder, { recursive: true, force: true });
  rmSync(path.dirname(persistentDir), { recursive: true, force: true });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded Postgres', () => {
  it('keeps its data and its passwords over a restart, and ignores a stale pid file', async () => {
    const first = await startPostgres({ persistentDir });
    await query(first.migrationUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();

    // A number that by now belongs to a living process which is no Postgres: this one.
    const { data } = postgresFiles(persistentDir, postgresUser());
    writeFileSync(path.join(data, 'postmaster.pid'), `${process.pid}\n${data}\n`);

    const second = await startPostgres({ persistentDir });
    expect(new URL(second.migrationUrl).password).toBe(new URL(first.migrationUrl).password);
    expect(await query(second.migrationUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await second.stop();
  });

  it('keeps throw-away data in memory where there is room, and lasting data on disk', () => {
    const user = postgresUser();
    const files = [postgresFiles(undefined, user, true), postgresFiles(persistentDir, user, true)];
    for (const { folder } of files) rmSync(folder, { recursive: true });
    const folders = files.map(({ folder, inMemory }) => ({
      inMemory,
      shared: folder.startsWith('/dev/shm/'),
    }));
    const room = existsSync('/dev/shm') ? statfsSync('/dev/shm') : { bavail: 0, bsize: 0 };
    const isRoomy = room.bavail * room.bsize >= 1024 ** 3;
    expect(folders).toEqual([
      { inMemory: isRoomy, shared: isRoomy },
      { inMemory: false, shared: false },
    ]);
  });

  it('takes the place of a server that an earlier run left behind', async () => {
    const left = await startPostgres({ persistentDir });
    const next = await startPostgres({ persistentDir });
    await expect(query(left.migrationUrl, 'SELECT 1')).rejects.toThrow();
    expect(await query(next.migrationUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await next.stop();
    expect(
      existsSync(path.join(postgresFiles(persistentDir, postgresUser()).data, 'postmaster.pid')),
    ).toBe(false);
  });
});
