import { reserve } from '../../activities/generation/admission';
import { createCatalogCache } from '../../activities/support/catalog-cache';
import type { StartedRequest } from '../../contract/generation';
import { newId, TestLedger } from '../ledger/ledger-support';
import { eventually } from '../support/eventually';

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

const context = () => ({
  ledger: books.ledger,
  catalogs: createCatalogCache(books.ledger),
  holdMs: 60_000,
  queueRoom: { placesMax: 10, bytesMax: 10_000 },
});

const requestOf = (accountId: string): StartedRequest => ({
  ...{ accountId, requestId: 'r', kind: 'text-to-image', input: { prompt: 'x' } },
});

const lasting = (ms: number) => {
  const untilMs = performance.now() + ms;
  return () => untilMs - performance.now();
};

/** Calls once the ledger waits for the account's row, which is free again when the call says so. */
async function whileLocked<T>(
  accountId: string,
  action: (free: () => Promise<void>) => Promise<T>,
) {
  const client = await books.owner.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT FROM holdfast.accounts WHERE account_id = $1 FOR UPDATE', [
      accountId,
    ]);
    return await action(async () => {
      await client.query('COMMIT');
    });
  } finally {
    client.release();
  }
}

// Another attempt has been refused meanwhile: admissions were stopped, or the credits were spent.
test('an attempt that Temporal has given up admits nothing once its turn comes', async () => {
  const accountId = newId();
  await books.grantPromotion(accountId, 10);
  await whileLocked(accountId, async (free) => {
    const left = { window: lasting(3_600_000), attempt: lasting(50) };
    const late = expect(reserve(context(), requestOf(accountId), left)).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });
    await eventually(async () => left.attempt() < 0);
    await free();
    await late;
  });
  expect(await books.ledger.balance(accountId)).toMatchObject({ available: 10, reserved: 0 });
});

test('after the window the answer is a refusal, whatever is left of the attempt', async () => {
  const accountId = newId();
  await books.grantPromotion(accountId, 10);
  const left = { window: lasting(-1), attempt: lasting(60_000) };
  expect(await reserve(context(), requestOf(accountId), left)).toMatchObject({
    ...{ status: 'rejected', refusal: { code: 'ADMISSION_TIMED_OUT' } },
  });
});

test('an attempt that is late finds what an earlier one has reserved', async () => {
  const accountId = newId();
  await books.grantPromotion(accountId, 10);
  const inTime = { window: lasting(60_000), attempt: lasting(60_000) };
  expect(await reserve(context(), requestOf(accountId), inTime)).toMatchObject({
    status: 'admitted',
  });
  const late = { window: lasting(60_000), attempt: lasting(-1) };
  expect(await reserve(context(), requestOf(accountId), late)).toMatchObject({
    status: 'admitted',
  });
});
