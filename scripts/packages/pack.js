'use strict';

// `npm run pack`: makes the packages as they are published, as tarballs.

const path = require('node:path');
const { PRIVATE, prepare, say } = require('../before-install/checkout');

const HELP = `Usage: npm run pack [-- --out DIR]

Builds, and writes the tarballs of the packages, ready to be installed or published:
  holdfast          worker, HTTP API, ledger, command line (the root of the checkout)
  @holdfast/client  what product services import (packages/client)

  --out DIR  where to; .holdfast/packages by default

Example: npm run pack -- --out /tmp/packages && npm install /tmp/packages/holdfast-client-*.tgz
`;

/** @param {string[]} args of the command line */
async function main(args) {
  if (args.includes('--help')) return process.stdout.write(HELP);
  const [option, given, ...more] = args;
  if (args.length > 0 && (option !== '--out' || given === undefined || more.length > 0)) {
    say(HELP);
    process.exitCode = 2;
    return undefined;
  }
  const out = path.resolve(given ?? path.join(PRIVATE, 'packages'));
  await prepare({ built: true });
  // Both need packages that may just have been installed.
  const { server, client } = await require('./assemble').packAll(out);
  process.stdout.write(`${server}\n${client}\n`);
  return undefined;
}

main(process.argv.slice(2)).catch((error) => {
  say(error.message);
  process.exitCode = 1;
});
