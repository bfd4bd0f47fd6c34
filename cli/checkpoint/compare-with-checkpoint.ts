import type { Violation } from '../../contract/audit';
import type { SignedAccount } from '../../contract/checkpoint';
import { HoldfastError } from '../../contract/errors';
import type { Ledger } from '../../ledger/ledger';
import type { Checkpoint } from './read-checkpoint';

const ACCOUNTS_PER_CALL = 2_000;

/** An operation reads the clock before it is committed, and may be told late to a checkpoint. */
const UNDER_WAY_MS = 60_000;

/**
 * Refuses another ledger's checkpoint, and one from the future.
 *
 * @throws HoldfastError CHECKPOINT_OF_OTHER_LEDGER, CHECKPOINT_FROM_FUTURE
 */
export async function expectOwnCheckpoint(
  ledger: Ledger,
  { statement: { ledgerId, at } }: Checkpoint,
): Promise<void> {
  const own = await ledger.ledgerId();
  if (ledgerId !== own) {
    throw new HoldfastError(
      'CHECKPOINT_OF_OTHER_LEDGER',
      `The checkpoint is of ledger ${ledgerId}, and this is ledger ${own}.`,
      { signed: ledgerId, own },
    );
  }
  const { at: now } = await ledger.checkpoints.page('');
  if (Date.parse(at) > Date.parse(now) + UNDER_WAY_MS) {
    throw new HoldfastError(
      'CHECKPOINT_FROM_FUTURE',
      `The checkpoint was taken at ${at}, and the ledger’s clock says ${now}.`,
      { at, now },
    );
  }
}

/**
 * What of a checkpoint the ledger doesn't have any more, and accounts that it should have known.
 * That links fit their entries, acts and versions is the full audit's to check.
 */
export async function compareWithCheckpoint(
  ledger: Ledger,
  checkpoint: Checkpoint,
  accountId: string | undefined,
): Promise<Violation[]> {
  return [
    ...(await changedAccounts(ledger, checkpoint, accountId)),
    ...(await changedActs(ledger, checkpoint, accountId)),
    ...(accountId === undefined ? await changedCatalog(ledger, checkpoint) : []),
    ...(await unsignedAccounts(ledger, checkpoint, accountId)),
  ];
}

async function changedAccounts(
  ledger: Ledger,
  { accounts }: Checkpoint,
  accountId: string | undefined,
): Promise<Violation[]> {
  const asked = accounts.filter((signed) => (accountId ?? signed.accountId) === signed.accountId);
  const found: Violation[] = [];
  for (let start = 0; start < asked.length; start += ACCOUNTS_PER_CALL) {
    const page = asked.slice(start, start + ACCOUNTS_PER_CALL);
    const links = page.map(({ beginning: _, ...signed }) => signed);
    const differing = await ledger.checkpoints.differences(links);
    found.push(...differing);
    const damaged = new Set(differing.map((violation) => violation.accountId));
    for (const signed of page) {
      if (signed.beginning.version === 0 || damaged.has(signed.accountId)) continue;
      if (!(await hasBeginning(ledger, signed))) found.push(beginningChanged(signed));
    }
  }
  return found;
}

async function changedActs(
  ledger: Ledger,
  { acts }: Checkpoint,
  accountId: string | undefined,
): Promise<Violation[]> {
  const asked = acts.filter((signed) => (accountId ?? signed.accountId) === signed.accountId);
  const found: Violation[] = [];
  for (let start = 0; start < asked.length; start += ACCOUNTS_PER_CALL) {
    const page = asked.slice(start, start + ACCOUNTS_PER_CALL);
    found.push(...(await ledger.checkpoints.actDifferences(page)));
  }
  return found;
}

/** A version in force is never changed, so neither is its link, which covers those before it. */
async function changedCatalog(ledger: Ledger, { catalog }: Checkpoint): Promise<Violation[]> {
  if (catalog === undefined) return [];
  const { version } = catalog;
  const own = await ledger.checkpoints.version(version);
  if (own?.link === catalog.link) return [];
  const invariant = own === null ? 'signed-version-is-there' : 'signed-version-unchanged';
  return [{ invariant, accountId: '*', detail: { version } }];
}

async function hasBeginning(
  ledger: Ledger,
  { accountId, beginning }: SignedAccount,
): Promise<boolean> {
  let sofar = { version: 0, digest: '', isWhole: false };
  while (!sofar.isWhole) {
    sofar = await ledger.checkpoints.digest(accountId, sofar.version, sofar.digest);
  }
  return sofar.version === beginning.version && sofar.digest === beginning.digest;
}

function beginningChanged({ accountId, beginning }: SignedAccount): Violation {
  return {
    invariant: 'signed-beginning-unchanged',
    accountId,
    detail: { signedVersion: beginning.version },
  };
}

async function unsignedAccounts(
  ledger: Ledger,
  { statement, accounts }: Checkpoint,
  accountId: string | undefined,
): Promise<Violation[]> {
  const before = new Date(Date.parse(statement.at) - UNDER_WAY_MS).toISOString();
  const signed = new Set(accounts.map((account) => account.accountId));
  const found: Violation[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page: { accountIds: string[]; next: string | null } =
      await ledger.checkpoints.begunBefore(after, before);
    for (const id of page.accountIds) {
      if (signed.has(id) || (accountId ?? id) !== id) continue;
      found.push({ invariant: 'account-was-signed', accountId: id, detail: { at: statement.at } });
    }
    after = page.next;
  }
  return found;
}
