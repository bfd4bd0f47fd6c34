#!/usr/bin/env node
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');

async function main() {
  // An installed image has dist and no sources: nothing to install or to build there.
  if (fs.existsSync(path.join(root, 'tsconfig.build.json'))) {
    await require('../scripts/before-install/checkout').prepare({ built: true });
  }
  require('../dist/cli/main');
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
