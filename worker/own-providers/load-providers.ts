import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GenerationProvider } from '../../providers/generation-provider';
import type { Notifier } from '../../providers/notifier';
import type { PaymentProvider } from '../../providers/payment-provider';

/** What a product implements, and hands to the worker. */
export interface Providers {
  generationProvider?: GenerationProvider;
  paymentProvider?: PaymentProvider;
  notifier?: Notifier;
}

/** The exports that count, with the methods that each must have. */
const METHODS: Record<keyof Providers, readonly string[]> = {
  generationProvider: ['submit', 'state', 'cancel'],
  paymentProvider: ['charge', 'state', 'void', 'refund'],
  notifier: ['deliver'],
};

/**
 * Loads the module that `HOLDFAST_PROVIDERS` names, by a path from the working directory: CommonJS
 * or ESM, with one or more of the exports `generationProvider`, `paymentProvider` and `notifier`,
 * by name or as members of the default export.
 *
 * @throws Error that names the variable, if the module can't be loaded or exports something else
 */
export async function loadProviders(file: string): Promise<Providers> {
  const exported = await importFrom(path.resolve(file));
  const byDefault = membersOf(exported.default);
  // A compiled module of TypeScript has its default export as a member of CommonJS's one.
  const found = { ...membersOf(byDefault.default), ...byDefault, ...membersOf(exported) };
  const providers: Partial<Record<keyof Providers, unknown>> = {};
  for (const name of Object.keys(METHODS) as (keyof Providers)[]) {
    if (found[name] === undefined) continue;
    const missing = METHODS[name].filter((method) => !hasMethod(found[name], method));
    if (missing.length > 0) throw problem(file, `its ${name} has no method ${missing.join(', ')}.`);
    providers[name] = found[name];
  }
  if (Object.keys(providers).length > 0) return providers as Providers;
  throw problem(file, `it exports none of ${Object.keys(METHODS).join(', ')}.`);
}

async function importFrom(file: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw problem(file, `it can't be loaded: ${reason}`, error);
  }
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function hasMethod(value: unknown, method: string): boolean {
  return typeof (value as Record<string, unknown> | null)?.[method] === 'function';
}

function problem(file: string, what: string, cause?: unknown): Error {
  return new Error(`HOLDFAST_PROVIDERS names ${file}, but ${what}`, { cause });
}
