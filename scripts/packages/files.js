'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { importsOf } = require('../boundaries/imports');

/**
 * @param {string} file
 * @returns {string | undefined} the package that an import names; undefined for a file
 */
function packageOf(specifier) {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function fileOf(importer, specifier) {
  const target = path.resolve(path.dirname(importer), specifier);
  const endings = importer.endsWith('.d.ts') ? ['.d.ts'] : ['.js', '', '/index.js'];
  const found = endings.map((ending) => target + ending).find((file) => fs.existsSync(file));
  if (found === undefined) throw new Error(`${importer} imports ${specifier}, which isn't there.`);
  return found;
}

/**
 * Follows every import of some built files, of their code and of their types.
 *
 * @param {string[]} entries absolute paths of `.js` files, each with its `.d.ts` beside it
 * @returns {{ files: string[], packages: Set<string> }} absolute paths; names of packages
 */
function reachedFrom(entries) {
  const files = new Set();
  const packages = new Set();
  const open = entries.flatMap((entry) => [entry, entry.replace(/\.js$/, '.d.ts')]);
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    if (!/\.(js|d\.ts)$/.test(file)) continue;
    for (const { specifier } of importsOf(file)) {
      if (specifier === undefined || specifier.startsWith('node:')) continue;
      const name = packageOf(specifier);
      if (name === undefined) open.push(fileOf(file, specifier));
      else packages.add(name);
    }
  }
  return { files: [...files].sort(), packages };
}

module.exports = { reachedFrom };
