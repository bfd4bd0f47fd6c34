import { type AuditMark, auditPage } from '../../contract/audit';
import {
  type ActChain,
  accountsBegunBefore,
  checkpointActs,
  checkpointDifferences,
  checkpointPage,
  entryProof,
  journalBeginning,
  type SignedAccount,
  signedVersion,
} from '../../contract/checkpoint';
import {
  bigint,
  command,
  flag,
  integer,
  json,
  optional,
  text,
  time,
  value,
} from '../connection/sql-function';
import { account } from './parameters';

/** The audit, and checkpoints of the journal. */
export const AUDIT_FUNCTIONS = {
  audit_page: value(
    ['operator'],
    {
      accountId: optional(text),
      from: text,
      version: optional(bigint),
      state: optional(json<unknown>()),
      isFull: flag,
      entriesMax: integer,
    },
    auditPage,
  ),
  audit_mark: command(['operator'], { marks: json<AuditMark[]>() }),
  checkpoint_page: value(['operator'], { after: text, limit: integer }, checkpointPage),
  begin_journal: value(['operator'], { ...account, limit: integer }, journalBeginning),
  digest_beginning: value(
    ['operator'],
    { ...account, after: bigint, digest: text, limit: integer },
    journalBeginning,
  ),
  checkpoint_differences: value(
    ['operator'],
    { accounts: json<Pick<SignedAccount, 'accountId' | 'version' | 'link'>[]>() },
    checkpointDifferences,
  ),
  entry_proof: value(
    ['operator'],
    { ...account, version: bigint, upto: bigint },
    entryProof.nullable(),
  ),
  checkpoint_acts: value(['operator'], { after: text, limit: integer }, checkpointActs),
  act_differences: value(['operator'], { chains: json<ActChain[]>() }, checkpointDifferences),
  checkpoint_version: value(['operator'], { version: optional(integer) }, signedVersion.nullable()),
  accounts_begun_before: value(
    ['operator'],
    { after: text, before: time, limit: integer },
    accountsBegunBefore,
  ),
} as const;
