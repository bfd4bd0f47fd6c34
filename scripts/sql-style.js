'use strict';

// The style of the ledger's SQL, as far as a machine can see it. `npm run lint` and `npm run check`
// run it: `node scripts/sql-style.js`.

const fs = require('node:fs');
const path = require('node:path');

const COLUMNS_MAX = 100;
const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 60;

/** Functions that may be longer, each with its own maximum. */
const LONGER_FUNCTIONS = {
  // Every generation calls them. Each part that were a function would cost each of them a call.
  reserve_credits: 90,
  commit_reservation: 98,
  // One statement: its parts would have to hand their rows to each other.
  run_at_once: 198,
  // The audit runs it for every entry of the journal, and its state would be copied to each part.
  replay_journal: 121,
};

/** What databases have applied is never changed. Later migrations follow the style. */
const APPLIED_BEFORE_THE_STYLE = /^migrations\/000[1-9]_/;

/** The text with comments and literals blanked out, so that only SQL is searched. */
function codeOf(text) {
  return text.replaceAll(/--[^\n]*|'(?:[^']|'')*'/g, (found) => found.replaceAll(/[^\n]/g, ' '));
}

const lineAt = (text, index) => text.slice(0, index).split('\n').length;

function wideLines(lines) {
  return lines.flatMap((line, index) => {
    const columns = [...line].length;
    return columns > COLUMNS_MAX
      ? [{ line: index + 1, problem: `${columns} columns; ${COLUMNS_MAX} at most` }]
      : [];
  });
}

function insertsWithoutColumns(text) {
  const code = codeOf(text);
  return [...code.matchAll(/\bINSERT\s+INTO\s+([\w."]+)(?:\s+AS\s+\w+)?\s*(\(?)/gi)]
    .filter(([, , parenthesis]) => parenthesis === '')
    .map(({ index, 1: table }) => ({
      line: lineAt(code, index),
      problem: `INSERT INTO ${table} names no columns`,
    }));
}

/** A function ends with the line that closes its body. */
function longFunctions(lines) {
  const problems = [];
  let open;
  lines.forEach((text, index) => {
    const name = /^CREATE (?:OR REPLACE )?FUNCTION (?:\w+\.)?(\w+)/i.exec(text)?.[1];
    if (name) open = { name, line: index + 1 };
    if (!open || !/\$\w*\$;\s*$/.test(text)) return;
    const length = index + 2 - open.line;
    const max = LONGER_FUNCTIONS[open.name] ?? FUNCTION_LINES_MAX;
    if (length > max) {
      problems.push({
        line: open.line,
        problem: `function ${open.name} has ${length} lines; ${max} at most`,
      });
    }
    open = undefined;
  });
  return problems;
}

/**
 * @param {string} file its path below the folder of SQL, with slashes
 * @param {string} text
 * @returns {{ line: number, problem: string }[]}
 */
function problemsIn(file, text) {
  if (APPLIED_BEFORE_THE_STYLE.test(file)) return [];
  const lines = text.replace(/\n$/, '').split('\n');
  const isNumbered = !file.startsWith('migrations/') && /(?:^|\/)\d/.test(file);
  return [
    ...(isNumbered ? [{ line: 1, problem: 'its path is numbered; only migrations are' }] : []),
    ...(lines.length > FILE_LINES_MAX
      ? [{ line: FILE_LINES_MAX + 1, problem: `${lines.length} lines; ${FILE_LINES_MAX} at most` }]
      : []),
    ...wideLines(lines),
    ...insertsWithoutColumns(text),
    ...longFunctions(lines),
  ];
}

/**
 * Every departure from the style in a folder of SQL.
 *
 * @param {string} folder
 * @returns {string[]} one line each: `file:line: problem.`
 */
function problemsOf(folder) {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.split(path.sep).join('/'))
    .sort()
    .flatMap((file) => {
      const text = fs.readFileSync(path.join(folder, file), 'utf8');
      return problemsIn(file, text).map(({ line, problem }) => `${file}:${line}: ${problem}.`);
    });
}

module.exports = { problemsOf };

if (require.main === module) {
  const problems = problemsOf(path.join(__dirname, '..', 'ledger', 'sql'));
  for (const line of problems) process.stderr.write(`ledger/sql/${line}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
