'use strict';

const fs = require('node:fs');
const path = require('node:path');

function packagesOf(root, { inputs }) {
  const folders = Object.keys(inputs).flatMap(
    (file) => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? [],
  );
  return [...new Set(folders)].sort().map((folder) => path.resolve(root, folder));
}

function licenceOf(folder) {
  const { name, version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = fs.readdirSync(folder).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
  if (file === undefined) throw new Error(`${name} comes without a licence to pass on.`);
  return `${name} ${version}\n\n${fs.readFileSync(path.join(folder, file), 'utf8').trim()}`;
}

/**
 * The licences of the packages in a bundle, which have to be passed on, as comments to append to it.
 *
 * @param {string} root of the checkout
 * @param {import('esbuild').Metafile} metafile of the bundle
 */
function licencesOf(root, metafile) {
  return packagesOf(root, metafile)
    .map((folder) => `/*!\n${licenceOf(folder)}\n*/\n`)
    .join('');
}

module.exports = { licencesOf };
