import { z } from 'zod';
import { auditReport } from './audit';
import { answered } from './fields';
import { ledgerId } from './ledger-identity';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const hashOrNone = z.string().regex(/^([0-9a-f]{64})?$/);

/** The hash of an account's entries from before links were kept; of none, it is empty. */
export const journalBeginning = z.object({
  version: z.int(),
  digest: hashOrNone,
  isWhole: z.boolean().meta({ description: 'Whether no more of these entries follow.' }),
});

/** A page of a checkpoint: accounts in the order of their ids. */
export const checkpointPage = z.object({
  at: answered.instant,
  accounts: z.array(
    z.object({
      accountId: z.string(),
      version: z.int(),
      link: hashOrNone.meta({ description: 'Empty if the last entry has no link.' }),
      beginning: journalBeginning.nullable().meta({ description: 'Null if it isn’t known yet.' }),
    }),
  ),
  next: z.string().nullable(),
});

const count = z.int().min(0);

/** An account’s acts; `*` stands for the ledger as a whole. */
export const actChain = z.strictObject({
  accountId: z.string(),
  acts: count,
  link: hashOrNone.meta({ description: 'Of the last act; empty if none is linked.' }),
  earlier: count.meta({ description: 'Acts from before links were kept.' }),
  digest: hashOrNone.meta({ description: 'The hash of these.' }),
});

/** A page of a checkpoint’s acts: accounts in the order of their ids. */
export const checkpointActs = z.object({
  chains: z.array(actChain),
  next: z.string().nullable(),
});

/** The newest catalog version in force, whose link covers those before it. */
export const signedVersion = z.strictObject({ version: z.int().min(1), link: hash });

/** What of a checkpoint’s accounts the ledger doesn’t have any more. */
export const checkpointDifferences = auditReport.shape.violations;

export const accountsBegunBefore = z.object({
  accountIds: z.array(z.string()),
  next: z.string().nullable(),
});

/** A line of a checkpoint’s file: account, last version, its link, and the beginning’s two. */
export const checkpointLine = z.tuple([z.string(), z.int(), hashOrNone, z.int(), hashOrNone]);

/** The lines after those of accounts: acts of each account that has some, and the catalog. */
export const checkpointActsLine = z.strictObject({
  actsOf: z.string(),
  ...actChain.omit({ accountId: true }).shape,
});
export const checkpointCatalogLine = z.strictObject({ catalog: signedVersion });

/** What a checkpoint’s signature is over. Published JSON, in this order of keys. */
export const checkpointStatement = z.strictObject({
  format: z.literal('holdfast-checkpoint-1'),
  ledgerId,
  at: answered.instant,
  accounts: z.int(),
  entries: z.int(),
  acts: count.optional().meta({ description: 'Absent if acts and catalog aren’t in it.' }),
  root: hash,
  publicKey: z.string().meta({ description: 'Ed25519, as the member `x` of a JWK.' }),
});

/** The last line of a checkpoint’s file. */
export const checkpointSeal = z.strictObject({
  signed: checkpointStatement,
  signature: z.string().meta({ description: 'Base64, over the text of `signed`.' }),
});

/** What leads from an entry to the last link that a checkpoint knows. */
export const entryProof = z.object({
  entry: z.string().meta({ description: 'What the entry says, line by line.' }),
  previous: hashOrNone,
  later: z.array(hash),
});

/** What proves that a checkpoint has an entry. Published JSON. */
export const entryProven = z.object({
  ...entryProof.shape,
  line: z.string().meta({ description: 'The account’s line in the checkpoint.' }),
  path: z.array(z.union([z.object({ left: hash }), z.object({ right: hash })])),
  signed: z.string(),
  signature: z.string(),
});

export const entryNumber = z.int().min(1);

export type JournalBeginning = z.output<typeof journalBeginning>;
export type CheckpointPage = z.output<typeof checkpointPage>;
export type ActChain = z.output<typeof actChain>;
export type CheckpointActs = z.output<typeof checkpointActs>;
export type SignedVersion = z.output<typeof signedVersion>;
export type CheckpointStatement = z.output<typeof checkpointStatement>;

export interface SignedAccount {
  accountId: string;
  version: number;
  link: string;
  beginning: { version: number; digest: string };
}
