'use strict';

// Writes the table of ARCHITECTURE.md that says which folder may import what: `node scripts/boundaries/write-table.js`.

const fs = require('node:fs');
const path = require('node:path');
const { BOUNDARIES, mayImportInWords } = require('./table');

const PAGE = path.join(__dirname, '..', '..', 'ARCHITECTURE.md');
const BEGIN = '<!-- boundaries: written by scripts/boundaries/write-table.js -->';
const END = '<!-- boundaries: end -->';

/** @param {import('./table').Boundary} boundary */
function packagesInWords({ packages, notPackages, reachesNo }) {
  const names = (list) => list.map((name) => `\`${name}\``).join(', ');
  const words = [
    packages && `only ${names(packages)}`,
    notPackages && `none of ${names(notPackages)}`,
    reachesNo && `brings none of ${names(reachesNo)}`,
  ].filter(Boolean);
  return words.length === 0 ? 'any' : words.join('; ');
}

/** The table as Markdown, with the marks around it. */
function boundariesTable() {
  const rows = Object.entries(BOUNDARIES).map(
    ([folder, boundary]) =>
      `| \`${folder}/\` | ${packagesInWords(boundary)} | ${mayImportInWords(boundary)} |`,
  );
  const head = ['| folder | packages | may import |', '| --- | --- | --- |'];
  return [BEGIN, '', ...head, ...rows, '', END].join('\n');
}

/** The page with its table written anew. */
function withTable(page) {
  const [before, rest] = page.split(BEGIN);
  const [, after] = (rest ?? '').split(END);
  if (after === undefined) throw new Error(`The page has no ${BEGIN} … ${END}.`);
  return `${before}${boundariesTable()}${after}`;
}

module.exports = { withTable };

if (require.main === module) fs.writeFileSync(PAGE, withTable(fs.readFileSync(PAGE, 'utf8')));
