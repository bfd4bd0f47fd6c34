import type { AuditPage, AuditReport } from '../contract/audit';
import { Connection, type LedgerOptions } from './connection/connection';

/**
 * Few enough that a page's snapshot is short: as long as it is open, no row's earlier versions are
 * removed, which every operation of a busy account would feel.
 */
const ENTRIES_PER_PAGE = 5_000;

/** A page may have to wait for a disk. It is read again by a later audit, so it can be given up. */
const PAGE_MS_MAX = 60_000;

export interface AuditAsked {
  /** Only this account. */
  accountId?: string;
  /** Only accounts from this id on: where an audit that was broken off is to go on. */
  from?: string;
  /** Whether all entries are read, or only those above the marks; true by default. */
  isFull?: boolean;
  /** Is told after each page, with the sums so far and where the next page begins. */
  onPage?: (sofar: AuditProgress) => void;
}

export interface AuditProgress {
  accounts: number;
  /** The accounts' entries, below their marks as well. */
  entries: number;
  /** The entries that have been read. */
  entriesRead: number;
  /** The account with which the next page begins; undefined after the last. */
  nextAccountId?: string;
}

export type Audited = AuditReport & { entriesRead: number };

/** Audits, on a connection that serves nothing else. */
export class Audits {
  readonly #connection: Connection;

  constructor({ databaseUrl, connectWithinMs }: LedgerOptions) {
    this.#connection = new Connection({
      databaseUrl,
      connectWithinMs,
      maxConnections: 1,
      statementMsMax: PAGE_MS_MAX,
    });
  }

  /** Each page is one statement that only reads. Then the marks of its accounts are moved on. */
  async run({ accountId, from, isFull = true, onPage }: AuditAsked = {}): Promise<Audited> {
    const report: Audited = { accounts: 0, entries: 0, violations: [], entriesRead: 0 };
    const damaged = new Set<string>();
    let next: AuditPage['next'] = { from: accountId ?? from ?? '', version: null, state: null };
    while (next !== null) {
      const page: AuditPage = await this.#connection.call('audit_page', {
        accountId,
        ...next,
        isFull,
        entriesMax: ENTRIES_PER_PAGE,
      });
      for (const violation of page.violations) damaged.add(violation.accountId);
      report.violations.push(...page.violations);
      report.accounts += page.accounts;
      report.entries += page.journal;
      report.entriesRead += page.entries;
      // What has a finding is found again until it is mended.
      const marks = page.marks.filter((mark) => !damaged.has(mark.accountId));
      if (marks.length > 0) await this.#connection.run('audit_mark', { marks });
      next = page.next;
      onPage?.({
        accounts: report.accounts,
        entries: report.entries,
        entriesRead: report.entriesRead,
        nextAccountId: next?.from,
      });
    }
    report.violations.sort(byAccount);
    return report;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

function byAccount(one: AuditReport['violations'][number], other: typeof one): number {
  const order = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  return order(one.accountId, other.accountId) || order(one.invariant, other.invariant);
}
