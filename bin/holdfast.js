#!/usr/bin/env node
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');

/** The commands that run on until a signal. The command line's other modules aren't loaded for them. */
const PROCESSES = {
  worker: () => require('../dist/worker/main'),
  web: () => require('../dist/web/main'),
  'codec-server': () => require('../dist/web/codec-server/main'),
};

async function main() {
  // An installed image has dist and no sources: nothing to install or to build there.
  if (fs.existsSync(path.join(root, 'tsconfig.build.json'))) {
    await require('../scripts/before-install/checkout').prepare({ built: true });
  }
  const [command, ...more] = process.argv.slice(2);
  const isProcess = Object.hasOwn(PROCESSES, command ?? '');
  if (isProcess && more.length > 0) {
    const isHelp = more.every((word) => word === '--help' || word === '-h');
    const help = `holdfast ${command} takes its settings from the environment: docs/configuration.md.\n`;
    process[isHelp ? 'stdout' : 'stderr'].write(help);
    process.exitCode = isHelp ? 0 : 2;
    return;
  }
  if (isProcess) PROCESSES[command]();
  else require('../dist/cli/main');
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
