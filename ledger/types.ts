import type { GrantSource } from '../domain/account/ledger-reader';

/** Only what the caller said: the idempotency body of a grant. */
export interface GrantBody {
  credits: number;
  /** A plan's and a pack's grants are made by their payments. */
  source: Exclude<GrantSource, 'plan' | 'pack'>;
  reason: string;
  by: string;
  /** ISO 8601; without it the grant belongs to the account's term. */
  expiresAt?: string;
  /** What was paid for it in all, in minor units. */
  costCents?: number;
  /** ISO 4217, USD by default. */
  currency?: string;
}

export interface CreatedGrant {
  grantId: string;
  accountId: string;
  source: GrantSource;
  credits: number;
  expiresAt: string | null;
  grantedAt: string;
}

export interface DeductBody {
  credits: number;
  reason: string;
  by: string;
}

export interface Deduction {
  accountId: string;
  credits: number;
  /** The entry's version. */
  version: number;
  at: string;
}

export interface DueCursor {
  expiresAt: string;
  accountId: string;
  requestId: string;
}

export interface DueReservation extends DueCursor {
  credits: number;
}
