import { granted, later, MINUTE_MS, newId, refusal, START, TestLedger } from '../ledger-support';
import { boughtBy, subscriberOf } from './top-up-support';

const HOUR_MS = 60 * MINUTE_MS;
const RULE = { packId: 'pack-125', belowCredits: 20, monthlyCapCents: 10_000 };

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open(20);
});
beforeEach(() => books.setClock(START));
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

const subscriber = (rule: object = {}) => subscriberOf(books, { ...RULE, ...rule });

let requests = 0;
async function reserve(account: string, credits: number): Promise<void> {
  requests += 1;
  await granted(books.reserve(account, `r-${requests}`, credits));
}

const begin = (account: string) => granted(books.ledger.topUps.begin(account));
const bought = (account: string) => boughtBy(books, account);

async function decline(account: string): Promise<void> {
  const { purchaseId } = await bought(account);
  await granted(books.ledger.purchases.close(account, purchaseId, 'declined', 'card-declined'));
}

describe('a generation that is refused for lack of credits', () => {
  /** 15 credits are left, and the top-up is made below 10. */
  async function left15(rule: object = {}): Promise<string> {
    const account = await subscriber({ belowCredits: 10, ...rule });
    await reserve(account, 135);
    return account;
  }
  const refuse = async (account: string, credits: number) => {
    requests += 1;
    await refusal(books.reserve(account, `refused-${requests}`, credits));
    return books.messageKinds(account).filter((kind) => kind === 'top-up');
  };
  const pay = async (account: string, purchaseId: string) =>
    granted(books.ledger.purchases.settle(account, purchaseId, newId('pay')));

  test('calls for a top-up, once for one shortage', async () => {
    const account = await left15();
    expect(await begin(account)).toEqual({ step: 'none', reason: 'enough' });
    expect(await refuse(account, 24)).toEqual(['top-up']);
    const { purchaseId } = await bought(account);
    expect(await refuse(account, 24)).toEqual([]);
    await pay(account, purchaseId);
    expect(await begin(account)).toEqual({ step: 'none', reason: 'enough' });
    await reserve(account, 24);
  });

  test('calls for none if one pack alone would not cover it, so that refusals can’t make a balance climb', async () => {
    const account = await left15();
    expect(await refuse(account, 126)).toEqual([]);
    expect(await refuse(account, 125)).toEqual(['top-up']);
    await pay(account, (await bought(account)).purchaseId);
    expect(await refuse(account, 141)).toEqual([]);
    expect(await begin(account)).toEqual({ step: 'none', reason: 'enough' });
  });

  test('calls for none ten minutes later, nor after a decline by itself', async () => {
    const account = await left15();
    await refuse(account, 24);
    await books.setClock(later(START, 10 * MINUTE_MS));
    expect(await begin(account)).toEqual({ step: 'none', reason: 'enough' });
    await refuse(account, 24);
    await decline(account);
    expect(await begin(account)).toEqual({ step: 'none', reason: 'enough' });
    // The pause after a decline holds for refusals too.
    await refuse(account, 24);
    expect(await begin(account)).toMatchObject({ step: 'later' });
    await books.setClock(later(START, 10 * MINUTE_MS + HOUR_MS));
    expect(await refuse(account, 24)).toEqual(['top-up']);
  });

  test('buys within the cap and while the top-up is on', async () => {
    const account = await left15({ monthlyCapCents: 4_900 });
    await refuse(account, 24);
    await pay(account, (await bought(account)).purchaseId);
    await reserve(account, 125);
    await refuse(account, 24);
    expect(await begin(account)).toEqual({ step: 'none', reason: 'monthly-cap' });
    await granted(books.ledger.settings.setTopUp({ accountId: account, key: 'off', topUp: null }));
    await refuse(account, 24);
    expect(await begin(account)).toEqual({ step: 'none', reason: 'off' });
  });
});
