import fc from 'fast-check';
import { creditsFor, dimensionsOf } from '../../../domain/pricing/unit-price';
import { TestLedger } from '../ledger-support';

let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
});
afterAll(() => books.close());

const credits = fc.integer({ min: 1, max: 1_000_000 });
const seconds = fc.integer({ min: 1, max: 10_000_000 }).map((ms) => ms / 1000);
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

test('the audit’s price of a request is that of its quote', async () => {
  const priced = fc.record({
    price: fc.record({
      credits,
      perSeconds: optional(seconds),
      creditsWithAudio: optional(credits),
    }),
    said: fc.record({ seconds: optional(seconds), audio: optional(fc.boolean()) }),
  });
  const cases = fc.sample(priced, { numRuns: 500, seed: 7 }).map(({ price, said }) => ({
    document: { kinds: { k: { price: JSON.parse(JSON.stringify(price)) } } },
    body: { kind: 'k', ...JSON.parse(JSON.stringify(said)) },
    expected: creditsFor(JSON.parse(JSON.stringify(price)), dimensionsOf(said)),
  }));
  const { rows } = await books.owner.query(
    `SELECT c FROM jsonb_array_elements($1) AS c
     WHERE (holdfast.catalog_price(c->'document', c->'body')).credits <> (c->>'expected')::numeric`,
    [JSON.stringify(cases)],
  );
  expect(rows).toEqual([]);
});

test('what no catalog sells has no price', async () => {
  const { rows } = await books.owner.query(
    `SELECT (holdfast.catalog_price('{"kinds": {}}', '{"kind": "k"}')).credits AS credits`,
  );
  expect(rows).toEqual([{ credits: null }]);
});
