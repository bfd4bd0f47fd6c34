import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * What befalls every call of a provider.
 *
 * - `hang`: no answer until the fault is over, and then a broken connection.
 * - `poison`: an answer that makes no sense.
 * - `lose-answer`: the call is carried out, and the answer never comes.
 * - `refuse`: nothing is carried out.
 */
export type ProviderFault = 'hang' | 'poison' | 'lose-answer' | 'refuse';

export type FaultyProvider = 'generation' | 'payment';

export type ProviderFaults = Partial<Record<FaultyProvider, ProviderFault>>;

/** The workers read the present faults from a file, at each call. */
export function writeProviderFaults(file: string, faults: ProviderFaults): void {
  writeFileSync(`${file}.new`, JSON.stringify(faults));
  renameSync(`${file}.new`, file);
}

export function readProviderFaults(file: string): ProviderFaults {
  return JSON.parse(readFileSync(file, 'utf8'));
}
