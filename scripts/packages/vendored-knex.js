'use strict';

const fs = require('node:fs');

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

/**
 * Writes knex with all that it needs, except for `pg`, as one CommonJS file with its licences.
 *
 * @param {string} root of the checkout
 * @param {string} file
 */
async function writeVendoredKnex(root, file) {
  const { metafile } = await require('esbuild').build({
    entryPoints: [require.resolve('knex', { paths: [root] })],
    absWorkingDir: root,
    bundle: true,
    metafile: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    outfile: file,
    external: ['pg'],
    plugins: [withoutOtherDrivers],
    legalComments: 'none',
    logLevel: 'warning',
  });
  const { licencesOf } = require('../bundles/licences');
  fs.appendFileSync(file, licencesOf(root, metafile));
}

module.exports = { writeVendoredKnex };
