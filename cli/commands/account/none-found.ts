import type { HoldfastClient } from '../../../client/client';
import { HoldfastError } from '../../../contract/errors';
import type { Screen } from '../../terminal/screen';
import type { Line } from '../../terminal/table';

export function unknownInWords(accountId: string): Line[] {
  return [`Nothing is known of account ${accountId}: it has no entry.`];
}

/** What is said instead of an account's empty list: `otherwise`, unless the account has no entry. */
export async function noneFound(
  { screen, reader }: { screen: Screen; reader: Pick<HoldfastClient, 'balance'> },
  accountId: string,
  otherwise: string,
): Promise<Line[]> {
  // JSON has the empty list itself.
  if (screen.json) return [];
  return (await hasEntry(reader, accountId)) ? [otherwise] : unknownInWords(accountId);
}

async function hasEntry(
  reader: Pick<HoldfastClient, 'balance'>,
  accountId: string,
): Promise<boolean> {
  try {
    return (await reader.balance(accountId)).at !== null;
  } catch (error) {
    // A token may read a list and not the balance.
    if (error instanceof HoldfastError && error.code === 'FORBIDDEN') return true;
    throw error;
  }
}
