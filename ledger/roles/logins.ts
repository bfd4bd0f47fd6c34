import type { Knex } from 'knex';
import { Client } from 'pg';
import { HoldfastError } from '../../contract/errors';
import { LEDGER_ROLES, type LedgerRole } from '../access';
import { sqlStateOf } from '../connection/errors';
import { changeRole, identifier, literal, membersOf, rowsOf, takeRole } from './administration';
import type { RoleNames } from './database-roles';
import { scramVerifier } from './scram';

/** A login of the cluster that is to have roles of this database. */
export interface Login {
  user: string;
  /** Empty if Postgres asks for none. */
  password: string;
  roles: readonly LedgerRole[];
  /** Whether a login that has roles of this database keeps those. */
  keepsRoles: boolean;
}

export interface LoginUrls {
  migrationUrl: string;
  /** One login for every process, which counts where no role has a login of its own. */
  servingUrl?: string;
  /** The login of each role. */
  loginUrls?: Partial<Record<LedgerRole, string>>;
}

/** What Postgres is to keep of a login's password. */
interface Password {
  verifier: string;
  /** Whether the login was missing. */
  isNew: boolean;
}

/** By login: those that Postgres doesn't take yet. */
export type Passwords = ReadonlyMap<string, Password>;

/** What one login for every process may do. */
const SERVING: readonly LedgerRole[] = ['web', 'worker', 'operator'];

const ITERATIONS_DEFAULT = 4_096;
const CONNECT_WITHIN_MS = 5_000;

const LOGIN_EXISTS = 'SELECT rolname FROM pg_roles WHERE rolname = ?';
const ITERATIONS = "SELECT current_setting('scram_iterations', true) AS iterations";

/**
 * The logins that the URLs name, each once.
 *
 * @throws HoldfastError INVALID_ARGUMENT
 */
export function loginsOf({ migrationUrl, servingUrl, loginUrls = {} }: LoginUrls): Login[] {
  const owner = credentialsOf(migrationUrl).user;
  const named = LEDGER_ROLES.flatMap((role) => {
    const url = loginUrls[role];
    return url === undefined ? [] : [{ role, ...credentialsOf(url) }];
  });
  if (named.length === 0) {
    const { user, password } = credentialsOf(servingUrl ?? migrationUrl);
    const isOther = user !== '' && user !== owner;
    return isOther ? [{ user, password, roles: SERVING, keepsRoles: true }] : [];
  }
  const logins = new Map<string, Login>();
  for (const { role, user, password } of named) {
    const known = logins.get(user);
    if (user === '' || user === owner)
      throw refused(role, 'names no login of its own; the migrating role may do everything');
    if (known && known.password !== password)
      throw refused(role, `gives login ${user} another password than another URL`);
    const roles = [...(known?.roles ?? []), role];
    logins.set(user, { user, password, roles, keepsRoles: false });
  }
  return [...logins.values()];
}

function refused(role: LedgerRole, problem: string): HoldfastError {
  const variable = `HOLDFAST_${role.toUpperCase()}_DATABASE_URL`;
  return new HoldfastError('INVALID_ARGUMENT', `${variable}: ${problem}.`);
}

function credentialsOf(url: string): { user: string; password: string } {
  const { username, password } = new URL(url);
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/**
 * The logins whose password Postgres doesn't take yet, each with what it is to keep of it. A
 * password that it takes stays as it is.
 */
export async function changedPasswords(
  database: Knex,
  migrationUrl: string,
  logins: readonly Login[],
): Promise<Passwords> {
  const [setting] = await rowsOf<{ iterations: string | null }>(database, ITERATIONS);
  const iterations = Number(setting?.iterations ?? ITERATIONS_DEFAULT);
  const passwords = new Map<string, Password>();
  for (const login of logins) {
    if (login.password === '') continue;
    const isNew = (await rowsOf(database, LOGIN_EXISTS, [login.user])).length === 0;
    if (!isNew && (await isAccepted(migrationUrl, login))) continue;
    const verifier = await scramVerifier(login.password, iterations);
    passwords.set(login.user, { verifier, isNew });
  }
  return passwords;
}

/** Whether Postgres lets the login in with this password, as far as it asks for one. */
async function isAccepted(migrationUrl: string, { user, password }: Login): Promise<boolean> {
  const url = new URL(migrationUrl);
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(password);
  const connectionString = url.toString();
  const client = new Client({ connectionString, connectionTimeoutMillis: CONNECT_WITHIN_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    const state = sqlStateOf(error);
    // The password is looked at before the right to connect to this database.
    if (state === '42501') return true;
    if (state.startsWith('28')) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Makes the logins that are missing, sets changed passwords, and makes each login a member of
 * exactly its roles of this database.
 *
 * @returns what was changed, a line each
 * @throws HoldfastError LEDGER_ACCESS_DENIED where the migrating role may not change a login
 */
export async function ensureLogins(
  transaction: Knex.Transaction,
  names: RoleNames,
  logins: readonly Login[],
  passwords: Passwords,
): Promise<string[]> {
  const changes: string[] = [];
  for (const login of logins) {
    const password = passwords.get(login.user);
    const isMade = await createLogin(transaction, login.user, password?.verifier);
    if (isMade) changes.push(`Made login ${login.user}`);
    else if (password && !password.isNew) {
      await setPassword(transaction, login.user, password.verifier);
      changes.push(`Changed the password of login ${login.user}`);
    }
    changes.push(...(await setMemberships(transaction, names, login)));
  }
  return changes;
}

/** Another database's migration may make the same login meanwhile, and then has set its password. */
async function createLogin(
  transaction: Knex.Transaction,
  user: string,
  verifier: string | undefined,
): Promise<boolean> {
  if ((await rowsOf(transaction, LOGIN_EXISTS, [user])).length > 0) return false;
  const create = `CREATE ROLE ${identifier(user)} LOGIN`;
  const password = verifier === undefined ? '' : ` PASSWORD ${literal(verifier)}`;
  try {
    const byHand = `${create}, and give it its password`;
    await transaction.transaction((attempt) => changeRole(attempt, create + password, byHand));
    return true;
  } catch (error) {
    if (!['42710', '23505'].includes(sqlStateOf(error))) throw error;
    return false;
  }
}

function setPassword(transaction: Knex.Transaction, user: string, verifier: string) {
  const alter = `ALTER ROLE ${identifier(user)} LOGIN PASSWORD ${literal(verifier)}`;
  return changeRole(transaction, alter, `\\password ${identifier(user)}, in psql`);
}

async function setMemberships(
  transaction: Knex.Transaction,
  names: RoleNames,
  { user, roles, keepsRoles }: Login,
): Promise<string[]> {
  const [sharer] = await membersOf(transaction, [user]);
  if (sharer)
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `Role ${user} has a member, ${sharer.member}, which would get its rights: name a login of its own.`,
    );
  const members = await membersOf(transaction, Object.values(names));
  const held = members.filter(({ member }) => member === user).map(({ role }) => role);
  if (keepsRoles && held.length > 0) return [];
  const wanted = roles.map((role) => names[role]);
  const added = wanted.filter((role) => !held.includes(role));
  const removed = held.filter((role) => !wanted.includes(role));
  for (const role of added)
    await changeRole(transaction, `GRANT ${identifier(role)} TO ${identifier(user)}`);
  for (const role of removed) await takeRole(transaction, role, user);
  return [
    ...added.map((role) => `Gave role ${role} to login ${user}`),
    ...removed.map((role) => `Took role ${role} from login ${user}`),
  ];
}
