import type { Holdfast } from '../workflows/harness';
import { errorOf, holdfastJson, startOnTerminal } from './command-line';
import { fundedIn, openInterventionStack, WORD, YES } from './intervention-support';

let stack: Holdfast;
let variables: Record<string, string>;
beforeAll(async () => {
  ({ stack, variables } = await openInterventionStack());
});
afterAll(() => stack.closeSettled());

const funded = (credits?: number) => fundedIn(stack, credits);

describe('an intervention', () => {
  test('prints its effect on a terminal; a no changes nothing, and a yes makes the change', async () => {
    const account = await funded();
    await stack.ledger.reserve(
      account,
      'r',
      { kind: 'ai-avatar' },
      { credits: 2, catalogVersion: '1' },
      1,
    );
    const asked = async (answer: string) => {
      const command = startOnTerminal(variables, [
        'release',
        account,
        'r',
        '--reason',
        'Ticket',
        '--by',
        'sam',
      ]);
      await command.says('Release r now? [y/N] ');
      command.types(answer);
      return command.ended;
    };
    const no = await asked('n\r');
    expect(no.code).toBe(5);
    expect(no.stdout).toMatch(
      /^Releasing request r of account \S+ gives back the 2 credits that it holds since .*; what it delivers afterwards is not paid for\./,
    );
    expect(await stack.ledger.request(account, 'r')).toMatchObject({ status: 'open' });
    expect(await asked('y\r')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('all 2 credits came back'),
    });
    expect(await stack.ledger.request(account, 'r')).toMatchObject({ status: 'released' });
  });

  test('needs --yes without a terminal', async () => {
    const account = await funded();
    await stack.ledger.reserve(
      account,
      'r',
      { kind: 'ai-avatar' },
      { credits: 2, catalogVersion: '1' },
      1,
    );
    const unasked = { code: 2, json: errorOf('INVALID_ARGUMENT') };
    expect(await holdfastJson(variables, 'release', account, 'r', ...WORD)).toEqual(unasked);
    expect(await holdfastJson(variables, 'dismiss-notice', account, '1', ...WORD)).toEqual(unasked);
    expect(await stack.ledger.request(account, 'r')).toMatchObject({ status: 'open' });
    await holdfastJson(variables, 'release', account, 'r', ...YES);
  });
});

test.each<[string, number, string[]]>([
  ['RESERVATION_NOT_FOUND', 3, ['release', 'nobody', 'r', ...YES]],
  ['RESERVATION_NOT_FOUND', 3, ['release', 'nobody', 'r', ...WORD]],
  ['PURCHASE_NOT_FOUND', 3, ['close-purchase', 'nobody', 'p', '--as', 'voided', ...YES]],
  ['SUBSCRIPTION_NOT_FOUND', 3, ['end-now', 'nobody', 's', ...YES]],
  ['NOTICE_NOT_FOUND', 3, ['dismiss-notice', 'nobody', '1', ...YES]],
  ['INVALID_ARGUMENT', 2, ['close-purchase', 'nobody', 'p', '--as', 'granted', ...YES]],
  ['INVALID_ARGUMENT', 2, ['dismiss-notice', 'nobody', '0x1', ...YES]],
  ['INVALID_ARGUMENT', 2, ['dismiss-notice', 'nobody', '0', ...YES]],
  ['INVALID_ARGUMENT', 2, ['release', 'nobody', 'r', '--by', 'sam', '--yes']],
  ['INVALID_ARGUMENT', 2, ['release', 'nobody', 'r', '--reason', 'a\nb', '--by', 'sam', '--yes']],
  ['INVALID_ARGUMENT', 2, ['end-now', 'nobody', 's', '--reason', ' ', '--by', 'sam', '--yes']],
  [
    'INVALID_ARGUMENT',
    2,
    ['end-now', 'nobody', 's', '--reason', 'x', '--by', 'b'.repeat(513), '--yes'],
  ],
])('an intervention is refused with %s and exit code %i: %j', async (code, exitCode, words) => {
  expect(await holdfastJson(variables, ...words)).toMatchObject({
    code: exitCode,
    json: errorOf(code),
  });
});

test('what persons wrote about an account is erased by an operator who says why, once', async () => {
  const account = await funded();
  expect(await holdfastJson(variables, 'erase', account, ...WORD)).toMatchObject({
    code: 2,
    json: errorOf('INVALID_ARGUMENT'),
  });
  const erased = await holdfastJson(variables, 'erase', account, ...YES);
  expect(erased).toMatchObject({ code: 0, json: { accountId: account, texts: 3 } });
  expect(await holdfastJson(variables, 'erase', account, ...YES)).toEqual(erased);
  expect(await holdfastJson(variables, 'history', account)).toMatchObject({
    json: { entries: [{ type: 'grant', reason: 'erased' }] },
  });
});
