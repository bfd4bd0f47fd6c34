import { readFileSync } from 'node:fs';
import { parseCatalogText } from '../catalog/catalog';
import type { CatalogVersion } from '../contract/catalog';
import { HoldfastError } from '../contract/errors';
import { type JsonValue, shown } from '../contract/json';
import {
  isPaymentSimulation,
  isSimulation,
  PAYMENT_SIMULATIONS,
  SIMULATIONS,
} from '../contract/simulations';

/**
 * The value of `--input FILE|JSON`: JSON if the text parses as JSON, else the content of the file.
 *
 * @throws HoldfastError INVALID_INPUT
 */
export function inputOf(text: string): JsonValue {
  return parsedJson(text) ?? readJsonFile(text);
}

/** @throws HoldfastError INVALID_INPUT if the file can't be read or holds no JSON */
function readJsonFile(file: string): JsonValue {
  const value = parsedJson(readText(file, 'INVALID_INPUT'));
  if (value !== undefined) return value;
  throw new HoldfastError('INVALID_INPUT', `The file ${shown(file)} does not hold JSON.`);
}

/**
 * @throws HoldfastError INVALID_CATALOG if the file can't be read, and what `parseCatalogText`
 *   throws
 */
export function readCatalogFile(file: string): CatalogVersion[] {
  return parseCatalogText(readText(file, 'INVALID_CATALOG'));
}

function readText(file: string, code: 'INVALID_INPUT' | 'INVALID_CATALOG'): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? error;
    const wanted = code === 'INVALID_INPUT' ? 'neither JSON nor a file' : 'no file';
    throw new HoldfastError(code, `${shown(file)} is ${wanted} that can be read (${reason}).`);
  }
}

/**
 * The input with `simulate`, which tells the stub provider how the generation ends.
 *
 * @throws HoldfastError INVALID_ARGUMENT
 */
export function withSimulation(input: JsonValue | undefined, mode: string): JsonValue {
  if (!isSimulation(mode)) {
    const modes = Object.keys(SIMULATIONS).join(', ');
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `There is no simulation ${shown(mode)}; there are ${modes}.`,
    );
  }
  if (input === undefined) return { simulate: mode };
  if (input !== null && typeof input === 'object' && !Array.isArray(input))
    return { ...input, simulate: mode };
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    '--simulate becomes a member of --input, which must be a JSON object.',
  );
}

/**
 * The payment method that tells the stub provider how the payment ends.
 *
 * @throws HoldfastError INVALID_ARGUMENT
 */
export function simulatedPayment(mode: string): string {
  if (isPaymentSimulation(mode)) return `simulate-${mode}`;
  const modes = Object.keys(PAYMENT_SIMULATIONS).join(', ');
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    `There is no simulation ${shown(mode)}; there are ${modes}.`,
  );
}

function parsedJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
