import fs from 'node:fs';
import path from 'node:path';
import { ERROR_CATALOGUE } from '../../contract/error-catalogue';
import { type ErrorCode, HoldfastError, isErrorCode } from '../../contract/errors';
import { statusOf } from '../../web/http/status';

const EXIT_CODES = { 'bad-input': 2, refused: 3, unavailable: 4, internal: 1 };
const documentation = fs.readFileSync(
  path.join(__dirname, '../../docs/reference/errors.md'),
  'utf8',
);
const codes = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

/** code → its row's other cells */
const documented = new Map(
  [...documentation.matchAll(/^\| `([A-Z_]+)` \| (.*) \|$/gm)].map(([, code, cells]) => [
    code,
    (cells ?? '').split(/ (?<!\\)\| /),
  ]),
);

/** All cells but the last one, which says what to do and can't be derived. */
function derivedCells(code: ErrorCode): string[] {
  const { class: errorClass, retryable, summary } = ERROR_CATALOGUE[code];
  const exit = `${errorClass} (${EXIT_CODES[errorClass]})`;
  return [exit, String(statusOf(code)), retryable ? 'yes' : 'no', summary.replaceAll('|', '\\|')];
}

const rowFor = (code: ErrorCode) =>
  `| \`${code}\` | ${derivedCells(code).join(' | ')} | <what to do> |`;

describe('docs/reference/errors.md', () => {
  test('documents every code (each line below is a row to add, its last cell yours to write)', () => {
    expect(codes.filter((code) => !documented.has(code)).map(rowFor)).toEqual([]);
  });

  test('agrees with contract/errors.ts on class, HTTP status, retryable and meaning (each line below is the row as it should be)', () => {
    const stale = codes.filter((code) => {
      const cells = documented.get(code);
      return (
        cells !== undefined &&
        JSON.stringify(cells.slice(0, -1)) !== JSON.stringify(derivedCells(code))
      );
    });
    expect(stale.map(rowFor)).toEqual([]);
  });

  test('names no code that is gone (a retired code moves to the list of retired ones, without backticks)', () => {
    expect([...documented.keys()].filter((code) => !isErrorCode(code))).toEqual([]);
  });

  test('says for every code what to do', () => {
    const unsaid = codes.filter(
      (code) => (documented.get(code)?.at(-1) ?? '').replace('<what to do>', '').length < 10,
    );
    expect(unsaid).toEqual([]);
  });

  test('lists no code twice', () => {
    const rows = documentation.match(/^\| `[A-Z_]+`/gm) ?? [];
    expect(rows).toEqual([...new Set(rows)]);
  });
});

test('codes are upper-case words', () => {
  expect(codes.filter((code) => !/^[A-Z]+(_[A-Z]+)*$/.test(code))).toEqual([]);
});

test.each(['constructor', '__proto__', 'insufficient_credits', '', null, 7])(
  '%j is no error code',
  (code) => {
    expect(isErrorCode(code)).toBe(false);
  },
);

describe('a HoldfastError', () => {
  const error = new HoldfastError('INSUFFICIENT_CREDITS', 'Not enough.', {
    required: 40,
    available: 31,
  });

  test('is published flat, and its details can’t hide its code', () => {
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'INSUFFICIENT_CREDITS',
      message: 'Not enough.',
      required: 40,
      available: 31,
    });
    const disguised = new HoldfastError('INTERNAL', 'Real.', {
      code: 'PRICE_CHANGED',
      message: 'Fake.',
    });
    expect(disguised.toJSON()).toEqual({ code: 'INTERNAL', message: 'Real.' });
  });

  test('becomes a refusal and back', () => {
    expect(HoldfastError.of(error.toRefusal())).toEqual(error);
    expect(HoldfastError.of({ code: 'INTERNAL', message: 'x' }).details).toEqual({});
  });
});
