import type { Lateness } from '../contract/command';

/** Whether a workflow that judges by its own time comes too late. */
export function isLateByOwnTime(deadlineMs: number, lateness: Lateness | undefined): boolean {
  return lateness?.judgedBy !== 'ledger' && Date.now() >= deadlineMs;
}
