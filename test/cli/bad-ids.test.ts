import { DEDUCT, GRANT, IN_TIME, PAID } from './bad-input-support';
import { errorOf, holdfastJson } from './command-line';

const TOO_LONG = 'a'.repeat(10_000);
const BAD_IDS = ['', TOO_LONG, '/b', 'a:b', "a'b", 'a"b', 'a\0b', 'a😀'];

test.each(BAD_IDS.map((id) => [id.slice(0, 20), id]))(
  'the id %j is refused by every command that takes one',
  async (_shown, id) => {
    const accounts = [
      ['quote', 'text-to-image', '--account', id],
      ['grant', id, '1', ...GRANT, ...IN_TIME],
      ['deduct', id, '1', ...DEDUCT],
      ['generate', id, 'text-to-image'],
      ['show', id, 'r'],
      ['balance', id],
      ['history', id],
      ['subscribe', id, 'lite-monthly', ...PAID],
      ['subscription', id],
      ['renew', id, ...PAID],
      ['cancel', id],
      ['resume', id],
      ['change-plan', id, 'lite-monthly'],
      ['buy', id, 'pack-125'],
      ['limits', id],
      ['low-balance', id],
      ['top-up', id],
      ['stop', id, ...DEDUCT],
      ['admit', id, ...DEDUCT],
      ['operator-limits', id],
      ['acts', id],
      ['forget-declines', id, ...DEDUCT],
      ['erase', id, ...DEDUCT],
    ];
    for (const words of accounts) {
      expect(await holdfastJson({}, ...words)).toMatchObject({
        code: 2,
        json: errorOf('INVALID_ACCOUNT_ID'),
      });
    }
    const others: [string, string[]][] = [
      ['INVALID_REQUEST_ID', ['generate', 'a', 'text-to-image', '--request-id', id]],
      ['INVALID_REQUEST_ID', ['show', 'a', id]],
      ['INVALID_PURCHASE_ID', ['buy', 'a', 'pack-125', '--purchase-id', id]],
      ['INVALID_PAYMENT_REFERENCE', ['subscribe', 'a', 'lite-monthly', '--payment-reference', id]],
      ['INVALID_PAYMENT_REFERENCE', ['renew', 'a', '--payment-reference', id]],
      [
        'INVALID_PAYMENT_REFERENCE',
        ['change-plan', 'a', 'lite-monthly', '--payment-reference', id],
      ],
      [
        'INVALID_SUBSCRIPTION_ID',
        ['subscribe', 'a', 'lite-monthly', ...PAID, '--subscription-id', id],
      ],
      ['INVALID_SUBSCRIPTION_ID', ['renew', 'a', ...PAID, '--subscription-id', id]],
    ];
    for (const command of [
      ['subscription', 'a'],
      ['cancel', 'a'],
      ['resume', 'a'],
      ['change-plan', 'a', 'lite-monthly'],
    ])
      others.push(['INVALID_SUBSCRIPTION_ID', [...command, '--subscription-id', id]]);
    for (const command of [
      ['deduct', 'a', '1', ...DEDUCT],
      ['cancel', 'a'],
      ['resume', 'a'],
      ['change-plan', 'a', 'lite-monthly'],
      ['limits', 'a', '--daily', '1'],
      ['low-balance', 'a', '--off'],
      ['top-up', 'a', '--off'],
    ])
      others.push(['INVALID_KEY', [...command, '--key', id]]);
    for (const [code, words] of others) {
      expect(await holdfastJson({}, ...words)).toMatchObject({ code: 2, json: errorOf(code) });
    }
  },
);
