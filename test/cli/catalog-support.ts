import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { builtInCatalog } from '../../catalog/catalog';
import type { CatalogVersion } from '../../contract/catalog';
import { granted, TestLedger } from '../ledger/ledger-support';

export const BUILT_IN = builtInCatalog()[0] as CatalogVersion;
const { 'lite-monthly': LITE, 'advanced-yearly': YEARLY, ...OTHER_PLANS } = BUILT_IN.plans;

export { LITE, OTHER_PLANS, YEARLY };

const { 'pack-125': _dropped, ...OTHER_PACKS } = BUILT_IN.packs;
/** Takes effect on 15 February 2030; the ledger's clock stands at the year's beginning. */
export const NEXT = {
  ...BUILT_IN,
  version: 2,
  effectiveFrom: '2030-02-15T00:00:00Z',
  kinds: {
    ...BUILT_IN.kinds,
    'text-to-video-veo3': {
      ...BUILT_IN.kinds['text-to-video-veo3'],
      price: { credits: 4, perSeconds: 1, creditsWithAudio: 5 },
      maxSeconds: 12,
    },
    song: { name: 'Song', price: { credits: 1, perSeconds: 30 }, timeLimitSeconds: 60 },
  },
  plans: { ...OTHER_PLANS, 'lite-monthly': { ...LITE, credits: 180 } },
  packs: { ...OTHER_PACKS, 'pack-300': { credits: 310, priceCents: 9950, currency: 'USD' } },
  renewalGrace: 'P3D',
};

export let books: TestLedger;
export let operator: Record<string, string>;
export let owner: Record<string, string>;
let folder: string;

/** Opens a ledger with the built-in catalog and three subscriptions, for the tests of one file. */
export function openLedgerForFile(): void {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'holdfast-catalog-'));
    books = await TestLedger.open();
    operator = { DATABASE_URL: books.urls.operatorUrl };
    owner = { HOLDFAST_MIGRATION_DATABASE_URL: books.urls.ownerUrl };
    await subscribe('acme', 'lite-monthly');
    await subscribe('bolt', 'professional-monthly');
    await subscribe('corp', 'advanced-yearly');
    const { subscriptions } = books.ledger;
    await granted(subscriptions.changePlan('bolt', 's', 'k', { planId: 'lite-monthly' }));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await books.expectBalanced();
    await books.close();
  });
}

export const subscribe = (account: string, planId: string) =>
  granted(books.ledger.subscriptions.subscribe(account, 's', { planId, paymentReference: 'p' }));

let files = 0;
/** A catalog file with this one version, or with this text. */
export function fileOf(content: object | string): string {
  files += 1;
  const file = path.join(folder, `${files}.json`);
  writeFileSync(
    file,
    typeof content === 'string' ? content : JSON.stringify({ versions: [content] }),
  );
  return file;
}

/** The catalog versions that the ledger has. */
export async function stored(): Promise<unknown[]> {
  return (await books.owner.query('SELECT * FROM holdfast.catalog_versions ORDER BY version')).rows;
}
