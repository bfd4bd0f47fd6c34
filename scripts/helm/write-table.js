'use strict';

// Writes the table of the chart's values into its README, from the comments of values.yaml: `node scripts/helm/write-table.js`.

const fs = require('node:fs');
const path = require('node:path');
const { isMap, isPair, parseDocument } = require('yaml');

const CHART = path.join(__dirname, '..', '..', 'deploy', 'helm');
const PAGE = path.join(CHART, 'README.md');
const BEGIN = '<!-- values: written by scripts/helm/write-table.js -->';
const END = '<!-- values: end -->';

/** A comment above a group of values is apart from the first one's by an empty line. */
function words(comment) {
  const paragraphs = (comment ?? '').split(/\n\s*\n/);
  return (paragraphs.at(-1) ?? '').replaceAll(/\s+/g, ' ').trim();
}

/** @param {import('yaml').YAMLMap} map */
function rowsOf(map, prefix, ofMap) {
  return map.items.filter(isPair).flatMap(({ key, value }, index) => {
    const name = `${prefix}${key.value}`;
    const isFirst = index === 0;
    const own = words(key.commentBefore ?? (isFirst ? map.commentBefore : undefined));
    const meaning = own || (isFirst && ofMap) || '″';
    const isGroup = isMap(value) && !value.flow && value.items.length > 0;
    if (isGroup) return rowsOf(value, `${name}.`, own);
    return [`| \`${name}\` | \`${JSON.stringify(value.toJSON())}\` | ${meaning} |`];
  });
}

/** The page with its table written anew. */
function withTable(page, values) {
  const document = parseDocument(values);
  const rows = rowsOf(document.contents, '', '');
  const head = ['| value | default | meaning |', '| --- | --- | --- |'];
  const [before, rest] = page.split(BEGIN);
  const [, after] = (rest ?? '').split(END);
  if (after === undefined) throw new Error(`The page has no ${BEGIN} … ${END}.`);
  return `${before}${[BEGIN, '', ...head, ...rows, '', END].join('\n')}${after}`;
}

module.exports = { withTable };

if (require.main === module) {
  const values = fs.readFileSync(path.join(CHART, 'values.yaml'), 'utf8');
  fs.writeFileSync(PAGE, withTable(fs.readFileSync(PAGE, 'utf8'), values));
}
