import { tmpdir } from 'node:os';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCommandLine } from '../../../cli/run';
import { notOk } from '../../../cli/terminal/red';
import { Screen } from '../../../cli/terminal/screen';
import { Table } from '../../../cli/terminal/table';
import { granted, START, TestLedger } from '../../ledger/ledger-support';
import { start, startOnTerminal } from '../command-line';

const RED = '\u001b[31m';
const PLAIN = '\u001b[39m';
const red = (said: string) => `${RED}${said}${PLAIN}`;
const COLOURS = { TERM: 'xterm' };
const BAD = ['balance', 'no/body'];

describe('the first word of an error', () => {
  test('is red on a terminal', async () => {
    const { stdout } = await startOnTerminal(COLOURS, BAD).ended;
    expect(stdout).toContain(`${red('INVALID_ACCOUNT_ID')}: Account id`);
  });

  test.each([
    ['NO_COLOR is set', { ...COLOURS, NO_COLOR: '1' }, BAD],
    ['the terminal has no colours', { TERM: 'dumb' }, BAD],
    ['JSON is asked for', COLOURS, [...BAD, '--json']],
  ])('is plain if %s', async (_why, variables, words) => {
    const { stdout } = await startOnTerminal(variables, words).ended;
    expect(stdout).toContain('INVALID_ACCOUNT_ID');
    expect(stdout).not.toContain('\u001b');
  });

  test('is plain in a pipe', async () => {
    const { stderr } = await start(COLOURS, BAD).ended;
    expect(stderr).toMatch(/^INVALID_ACCOUNT_ID: /);
  });
});

describe('on a terminal with colours', () => {
  let books: TestLedger;
  beforeAll(async () => {
    books = await TestLedger.open();
    await books.setClock(START);
    await books.grantPromotion('acme', 10);
    for (const request of ['faulty', 'unwanted', 'made'])
      await granted(books.reserve('acme', request, 2));
    await books.ledger.release('acme', 'faulty', 'content-refused');
    await books.ledger.release('acme', 'unwanted', 'cancelled');
    await books.ledger.commit('acme', 'made', 2, 'file:///o');
  });
  afterAll(() => books.close());

  async function shown(...words: string[]): Promise<string> {
    const [stdin, stderr] = [new PassThrough(), new PassThrough()];
    const stdout = Object.assign(new PassThrough(), { hasColors: () => true });
    const variables = { DATABASE_URL: books.urls.operatorUrl };
    await runCommandLine(words, variables, tmpdir(), { stdin, stdout, stderr });
    return text(stdout.end());
  }

  test('`find` shows a fault in red, and what was cancelled or made is plain', async () => {
    expect(await shown('find', 'faulty')).toContain(`  ${red('released (content-refused)')}  `);
    for (const request of ['unwanted', 'made'])
      expect(await shown('find', request)).not.toContain(RED);
    expect(await shown('find', 'faulty', '--json')).not.toContain(RED);
  });

  test('`audit` shows violations in red', async () => {
    expect(await shown('audit')).not.toContain(RED);
    const damage = 'UPDATE holdfast.accounts SET available = available + 1, granted = granted + 1';
    await books.owner.query(damage);
    const printed = await shown('audit', '--full');
    expect(printed).toContain(red('The audit FAILED'));
    expect(printed).toContain(`, account acme${PLAIN}: {`);
  });
});

test('a red cell takes no more columns than a plain one, and each of its lines is red', () => {
  const rows = (state: string | ReturnType<typeof notOk>) => [['acme', state, 5]];
  const head = ['account', 'state', 'credits'];
  const state = 'released by the provider';
  const lines = new Table(head, rows(notOk(state))).lines(30, red);
  expect(lines).toContainEqual(expect.stringContaining(red('the provider')));
  const without = lines.map((line) => line.replaceAll(RED, '').replaceAll(PLAIN, ''));
  expect(without).toEqual(new Table(head, rows(state)).lines(30));
});

test('what comes from outside is escaped in red too, and colours nothing else', async () => {
  const stdout = Object.assign(new PassThrough(), { hasColors: () => true });
  const terminal = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  const hostile = 'gone\u001b[0m\n+9999';
  const table = new Table(['state'], [[notOk(hostile)]]);
  new Screen(false, terminal).answer({ json: null, text: [notOk(hostile), table] });
  const escaped = red('gone\\u001b[0m\\u000a+9999');
  expect(await text(stdout.end())).toBe(`${escaped}\nstate\n${escaped}\n`);
});
