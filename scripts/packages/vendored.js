'use strict';

const fs = require('node:fs');
const path = require('node:path');

const DRIVERS = [
  'better-sqlite3',
  'mariadb/callback',
  'mysql',
  'mysql2',
  'oracledb',
  'pg-query-stream',
  'sqlite3',
  'tedious',
];

/** knex names the drivers of every database, and a bundler of a product would look for them all. */
const withoutOtherDrivers = {
  name: 'without-other-drivers',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z]/ }, ({ path: name }) =>
      DRIVERS.includes(name) ? { path: name, namespace: 'absent' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'absent' }, ({ path: name }) => ({
      contents: `throw new Error(${JSON.stringify(`${name} is not part of this package.`)});`,
    }));
  },
};

/** What of other packages stands in the package itself, and which of its files ask for it. */
const VENDORED = [
  {
    // Of 1.8 MB three functions.
    file: 'hashes.js',
    code: `export { sha256 } from '@noble/hashes/sha2';
      export { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';`,
    names: ['@noble/hashes/sha2', '@noble/hashes/utils'],
    askedBy: path.join('domain', 'hash.js'),
  },
  {
    file: 'knex.js',
    code: "export { knex } from 'knex';",
    names: ['knex'],
    askedBy: path.join('ledger', 'connection', 'database.js'),
  },
];

/**
 * Writes each with all that it needs, except for `pg`, as one CommonJS file with its licences, and
 * has the file that asks for the package ask for that one.
 *
 * @param {string} root of the checkout
 * @param {string} dist the folder of the package's built files
 */
async function writeVendored(root, dist) {
  const { licencesOf } = require('../bundles/licences');
  for (const { file, code, names, askedBy } of VENDORED) {
    const vendored = path.join(dist, 'vendor', file);
    const { metafile } = await require('esbuild').build({
      stdin: { contents: code, resolveDir: root },
      absWorkingDir: root,
      bundle: true,
      metafile: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      minify: true,
      outfile: vendored,
      external: ['pg'],
      plugins: [withoutOtherDrivers],
      legalComments: 'none',
      logLevel: 'warning',
    });
    fs.appendFileSync(vendored, licencesOf(root, metafile));
    const asking = path.join(dist, askedBy);
    const there = path.relative(path.dirname(asking), vendored).replace(/\.js$/, '');
    const asked = names.reduce(
      (text, name) => text.replace(`require("${name}")`, `require("${there}")`),
      fs.readFileSync(asking, 'utf8'),
    );
    fs.writeFileSync(asking, asked);
  }
}

/** The packages that stand in the client's own. */
const BUNDLED = ['@noble/hashes', 'knex'];

module.exports = { BUNDLED, writeVendored };
