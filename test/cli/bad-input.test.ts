import { errorOf, holdfastJson } from './command-line';

const GRANT = ['--source', 'promotion', '--reason', 'Test', '--by', 'sam'];
const IN_TIME = ['--expires-at', '2100-01-01T00:00:00Z'];
const DEDUCT = ['--reason', 'Test', '--by', 'sam'];
const PAID = ['--payment-reference', 'p'];
const TOO_LONG = 'a'.repeat(10_000);
const BAD_IDS = ['', TOO_LONG, '/b', 'a:b', "a'b", 'a"b', 'a\0b', 'a😀'];

test.each([
  ['an unknown kind', 'UNKNOWN_KIND', ['quote', 'text-to-smell']],
  ['a duration of zero', 'DURATION_NOT_POSITIVE', ['quote', 'ai-avatar', '--seconds', '0']],
  ['a negative duration', 'DURATION_NOT_POSITIVE', ['quote', 'ai-avatar', '--seconds', '-1']],
  [
    'a duration past the maximum',
    'DURATION_TOO_LONG',
    ['quote', 'text-to-video-veo3', '--seconds', '8.001'],
  ],
  ['a duration of 1e12', 'DURATION_TOO_LONG', ['quote', 'ai-avatar', '--seconds', '1e12']],
  ['a duration of 1e400', 'INVALID_DURATION', ['quote', 'ai-avatar', '--seconds', '1e400']],
  ['a duration of NaN', 'INVALID_DURATION', ['quote', 'ai-avatar', '--seconds', 'NaN']],
  ['a duration in words', 'INVALID_DURATION', ['quote', 'ai-avatar', '--seconds', 'abc']],
  ['a duration that is empty', 'INVALID_DURATION', ['quote', 'ai-avatar', '--seconds', '']],
  ['a duration in hexadecimal', 'INVALID_DURATION', ['quote', 'ai-avatar', '--seconds', '0x10']],
  [
    'a duration with four decimals',
    'INVALID_DURATION',
    ['quote', 'ai-avatar', '--seconds', '1.0001'],
  ],
  ['no duration where one is needed', 'DURATION_REQUIRED', ['quote', 'ai-avatar']],
  ['seconds for an image', 'DURATION_NOT_ALLOWED', ['quote', 'text-to-image', '--seconds', '3']],
  ['audio for an avatar', 'AUDIO_NOT_ALLOWED', ['quote', 'ai-avatar', '--seconds', '3', '--audio']],
  [
    'a duration that generate is given',
    'DURATION_NOT_POSITIVE',
    ['generate', 'a', 'ai-avatar', '--seconds', '-1'],
  ],
  [
    'a duration in words for generate',
    'INVALID_DURATION',
    ['generate', 'a', 'ai-avatar', '--seconds', 'abc'],
  ],
  ['fractional credits', 'INVALID_CREDITS', ['grant', 'a', '1.5', ...GRANT, ...IN_TIME]],
  ['negative credits', 'INVALID_CREDITS', ['grant', 'a', '-3', ...GRANT, ...IN_TIME]],
  ['no credits', 'INVALID_CREDITS', ['grant', 'a', '0', ...GRANT, ...IN_TIME]],
  [
    'credits past the safe integer',
    'INVALID_CREDITS',
    ['grant', 'a', '9007199254740992', ...GRANT, ...IN_TIME],
  ],
  ['credits in words', 'INVALID_CREDITS', ['grant', 'a', 'many', ...GRANT, ...IN_TIME]],
  ['fractional credits to deduct', 'INVALID_CREDITS', ['deduct', 'a', '1.5', ...DEDUCT]],
  ['negative credits to deduct', 'INVALID_CREDITS', ['deduct', 'a', '-3', ...DEDUCT]],
  [
    'a negative cost',
    'INVALID_COST',
    ['grant', 'a', '1', ...GRANT, ...IN_TIME, '--cost-cents', '-1'],
  ],
  ['a promotion without an end', 'EXPIRY_REQUIRED', ['grant', 'a', '1', ...GRANT]],
  ['an end in words', 'INVALID_TIME', ['grant', 'a', '1', ...GRANT, '--expires-at', 'tomorrow']],
  [
    'an end without an offset',
    'INVALID_TIME',
    ['grant', 'a', '1', ...GRANT, '--expires-at', '2100-01-01T00:00:00'],
  ],
  [
    'a source that is not the operator’s',
    'INVALID_ARGUMENT',
    ['grant', 'a', '1', ...DEDUCT, '--source', 'pack'],
  ],
  [
    'a reason that is empty',
    'INVALID_ARGUMENT',
    ['deduct', 'a', '1', '--reason', '', '--by', 'sam'],
  ],
  ['a key with a slash', 'INVALID_KEY', ['deduct', 'a', '1', ...DEDUCT, '--key', 'a/b']],
  ['a limit of 5000', 'INVALID_ARGUMENT', ['history', 'a', '--limit', '5000']],
  ['a limit of zero', 'INVALID_ARGUMENT', ['history', 'a', '--limit', '0']],
  ['a page before nothing', 'INVALID_ARGUMENT', ['history', 'a', '--before', 'x']],
  ['a balance at no time', 'INVALID_TIME', ['balance', 'a', '--as-of', 'yesterday']],
  [
    'an unknown simulation',
    'INVALID_ARGUMENT',
    ['generate', 'a', 'text-to-image', '--simulate', 'magic'],
  ],
  [
    'a simulation with input that is no object',
    'INVALID_ARGUMENT',
    ['generate', 'a', 'text-to-image', '--simulate', 'slow', '--input', '[1]'],
  ],
  [
    'input that is neither JSON nor a file',
    'INVALID_INPUT',
    ['generate', 'a', 'text-to-image', '--input', '{oops'],
  ],
  [
    'an input of 65 KB',
    'INPUT_TOO_LARGE',
    ['generate', 'a', 'text-to-image', '--input', JSON.stringify('a'.repeat(65 * 1024))],
  ],
  [
    'maxCredits of zero',
    'INVALID_MAX_CREDITS',
    ['generate', 'a', 'text-to-image', '--max-credits', '0'],
  ],
  [
    'maxCredits in words',
    'INVALID_MAX_CREDITS',
    ['generate', 'a', 'text-to-image', '--max-credits', 'all'],
  ],
  ['a subscription without a payment', 'INVALID_ARGUMENT', ['subscribe', 'a', 'lite-monthly']],
  ['a plan that is empty', 'UNKNOWN_PLAN', ['subscribe', 'a', '', ...PAID]],
  [
    'a time zone that is empty',
    'INVALID_TIME_ZONE',
    ['subscribe', 'a', 'lite-monthly', ...PAID, '--time-zone', ''],
  ],
  ['a payment in words', 'INVALID_TIME', ['renew', 'a', ...PAID, '--paid-at', 'yesterday']],
  [
    'a payment without an offset',
    'INVALID_TIME',
    ['renew', 'a', ...PAID, '--paid-at', '2026-01-31T09:30:00'],
  ],
  [
    'a shown price in words',
    'INVALID_SHOWN_PRICE',
    ['buy', 'a', 'pack-125', '--shown-price-cents', '49 USD'],
  ],
  [
    'a shown price with a fraction',
    'INVALID_SHOWN_PRICE',
    ['buy', 'a', 'pack-125', '--shown-price-cents', '49.5'],
  ],
  [
    'a shown price below zero',
    'INVALID_SHOWN_PRICE',
    ['buy', 'a', 'pack-125', '--shown-price-cents=-1'],
  ],
  ['a pack that is empty', 'UNKNOWN_PACK', ['buy', 'a', '', '--shown-price-cents', '4900']],
  [
    'an unknown payment simulation',
    'INVALID_ARGUMENT',
    ['buy', 'a', 'pack-125', '--shown-price-cents', '4900', '--simulate', 'magic'],
  ],
  [
    'a catalog file that is not there',
    'INVALID_CATALOG',
    ['catalog', 'apply', '/nowhere/catalog.json'],
  ],
  [
    'a catalog file to compare that is not there',
    'INVALID_CATALOG',
    ['catalog', 'diff', '/nowhere/catalog.json'],
  ],
  ['a negative limit', 'INVALID_LIMIT', ['limits', 'a', '--daily=-1']],
  ['a fractional limit', 'INVALID_LIMIT', ['limits', 'a', '--per-generation', '1.5']],
  ['a limit in words', 'INVALID_LIMIT', ['limits', 'a', '--at-once', 'few']],
  [
    'a limit past the safe integer',
    'INVALID_LIMIT',
    ['limits', 'a', '--daily', '9007199254740992'],
  ],
  ['a key without a change', 'INVALID_ARGUMENT', ['limits', 'a', '--key', 'k']],
  ['a threshold of nothing', 'INVALID_THRESHOLD', ['low-balance', 'a', '--below', '0']],
  ['a negative threshold', 'INVALID_THRESHOLD', ['low-balance', 'a', '--below=-5']],
  ['a fractional threshold', 'INVALID_THRESHOLD', ['low-balance', 'a', '--below', '0.5']],
  ['a share over the whole', 'INVALID_THRESHOLD', ['low-balance', 'a', '--below', '101%']],
  ['a fractional share', 'INVALID_THRESHOLD', ['low-balance', 'a', '--below', '2.5%']],
  [
    'a threshold given twice',
    'INVALID_THRESHOLD',
    ['low-balance', 'a', '--below', '5', '--below', '5'],
  ],
  ['thresholds on and off', 'INVALID_ARGUMENT', ['low-balance', 'a', '--below', '5', '--off']],
  ['a top-up on and off', 'INVALID_ARGUMENT', ['top-up', 'a', '--pack', 'pack-125', '--off']],
  ['a top-up that says too little', 'INVALID_ARGUMENT', ['top-up', 'a', '--pack', 'pack-125']],
  [
    'a top-up below nothing',
    'INVALID_THRESHOLD',
    ['top-up', 'a', '--pack', 'p', '--below', '0', '--cap-cents', '1'],
  ],
  [
    'a cap of nothing',
    'INVALID_MONTHLY_CAP',
    ['top-up', 'a', '--pack', 'p', '--below', '5', '--cap-cents', '0'],
  ],
  [
    'a fractional cap',
    'INVALID_MONTHLY_CAP',
    ['top-up', 'a', '--pack', 'p', '--below', '5', '--cap-cents', '9.5'],
  ],
  [
    'a pack to top up with that is empty',
    'UNKNOWN_PACK',
    ['top-up', 'a', '--pack', '', '--below', '5', '--cap-cents', '1'],
  ],
  [
    'what pays with a line break',
    'INVALID_PAYMENT_METHOD',
    ['top-up', 'a', '--pack', 'p', '--below', '5', '--cap-cents', '1', '--payment-method', 'a\nb'],
  ],
  ['a stop without an account', 'INVALID_STOP', ['stop', ...DEDUCT]],
  ['a stop of one and all', 'INVALID_STOP', ['stop', 'a', '--all', ...DEDUCT]],
  ['a stop without a reason', 'INVALID_ARGUMENT', ['stop', 'a', '--by', 'sam']],
  ['a stop for an empty reason', 'INVALID_STOP', ['stop', 'a', '--reason', ' ', '--by', 'sam']],
  [
    'a stop for a reason of two lines',
    'INVALID_STOP',
    ['stop', 'a', '--reason', 'a\nb', '--by', 'sam'],
  ],
  [
    'a stop by a name of 513 characters',
    'INVALID_STOP',
    ['stop', 'a', '--reason', 'r', '--by', 'a'.repeat(513)],
  ],
  ['a stop of an empty kind', 'UNKNOWN_KIND', ['stop', '--kind', '', ...DEDUCT]],
  ['no account to admit', 'INVALID_STOP', ['admit', ...DEDUCT]],
  ['one and all to admit', 'INVALID_STOP', ['admit', '--all', '--kind', 'ai-avatar', ...DEDUCT]],
  ['an admission without a name', 'INVALID_ARGUMENT', ['admit', 'a', '--reason', 'r']],
  [
    'an admission for an empty reason',
    'INVALID_STOP',
    ['admit', 'a', '--reason', ' ', '--by', 'b'],
  ],
  ['no account to limit', 'INVALID_ARGUMENT', ['operator-limits', '--daily', '5', ...DEDUCT]],
  [
    'one and all to limit',
    'INVALID_ARGUMENT',
    ['operator-limits', 'a', '--all', '--daily', '5', ...DEDUCT],
  ],
  ['an operator’s limit below zero', 'INVALID_LIMIT', ['operator-limits', 'a', '--daily', '-1']],
  ['no decline at all', 'INVALID_LIMIT', ['operator-limits', 'a', '--declines', '0', ...DEDUCT]],
  [
    'an operator’s limit without a name',
    'INVALID_ARGUMENT',
    ['operator-limits', 'a', '--daily', '5'],
  ],
  [
    'limits that are set and removed',
    'INVALID_ARGUMENT',
    ['operator-limits', 'a', '--daily', '5', '--remove', ...DEDUCT],
  ],
  ['a reason for no limit', 'INVALID_ARGUMENT', ['operator-limits', 'a', ...DEDUCT]],
  ['no command', 'INVALID_ARGUMENT', []],
  ['no subcommand', 'INVALID_ARGUMENT', ['catalog']],
  ['an unknown command', 'INVALID_ARGUMENT', ['refund', 'a']],
  ['an unknown option', 'INVALID_ARGUMENT', ['balance', 'a', '--colour']],
  ['a missing argument', 'INVALID_ARGUMENT', ['balance']],
  ['one argument too many', 'INVALID_ARGUMENT', ['balance', 'a', 'b']],
  ['a missing option', 'INVALID_ARGUMENT', ['deduct', 'a', '1', '--by', 'sam']],
  ['a subcommand that there is not', 'INVALID_ARGUMENT', ['catalog', 'eat']],
])('%s is refused with %s', async (_what, code, words) => {
  expect(await holdfastJson({}, ...words)).toMatchObject({ code: 2, json: errorOf(code) });
});

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
      ['forget-declines', id, ...DEDUCT],
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
