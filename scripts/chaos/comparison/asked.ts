import type { GenerationResult } from '../../../contract/generation-result';

/** What the load has asked for, and what it was told: the run's own books. */

export interface RequestEnd {
  status: GenerationResult['status'];
  charged: number;
  reason?: string;
}

/** One generation, or one reservation that the load has made in the ledger itself. */
export interface AskedRequest {
  accountId: string;
  requestId: string;
  through: 'client' | 'web' | 'ledger';
  /** Whether credits were set aside, or a place in the queue, as the first answer said. */
  begun: boolean;
  end?: RequestEnd;
}

export interface AskedPurchase {
  accountId: string;
  purchaseId: string;
  priceCents: number;
  status?: string;
}

/** A grant or a deduction, by its key. */
export interface AskedCorrection {
  accountId: string;
  key: string;
  what: 'grant' | 'deduct';
  credits: number;
  /** Undefined while there is no answer; false for a refusal. */
  done?: boolean;
}

/** What a subscription was paid with. */
export interface AskedPayment {
  accountId: string;
  subscriptionId: string;
  reference: string;
  /** Undefined while there is no answer; false where it was refused or not used. */
  used?: boolean;
}

const ENDED_KEPT = 20;

export class Asked {
  readonly requests = new Map<string, AskedRequest>();
  readonly purchases = new Map<string, AskedPurchase>();
  readonly corrections = new Map<string, AskedCorrection>();
  readonly payments = new Map<string, AskedPayment>();
  /** By account, what was set last and acknowledged. */
  readonly lowBalances = new Map<string, number>();
  /** Workflow ids that a fault has terminated. */
  readonly terminated = new Set<string>();
  /** Workflow ids of what is under way. */
  readonly running = new Set<string>();
  /** Workflow ids of what has ended lately. */
  readonly ended: string[] = [];
  /** What must never happen, as soon as it is seen. */
  readonly findings: string[] = [];

  end(workflowId: string): void {
    this.running.delete(workflowId);
    this.ended.push(workflowId);
    if (this.ended.length > ENDED_KEPT) this.ended.shift();
  }
}

/** The name of what belongs to an account, in these books. */
export function nameOf(accountId: string, id: string): string {
  return `${accountId}/${id}`;
}
