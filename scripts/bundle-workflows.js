'use strict';

// Prints the path of the workflow bundle for the present sources, and makes it if there is none. Bundles are named
// after what they were made from, so a build and a test run share one, and neither can see the other's half-written.

const fs = require('node:fs');
const path = require('node:path');
const { PRIVATE, ROOT, filesUnder, fingerprintOf } = require('./checkout');

const KEPT = 4;

function removeOldest(folder) {
  const byAge = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .map((name) => path.join(folder, name))
    .sort((a, b) => fs.statSync(b).mtimeMs - fs.statSync(a).mtimeMs);
  for (const file of byAge.slice(KEPT)) fs.rmSync(file, { force: true });
}

async function main() {
  const sources = ['workflows', 'domain'].flatMap((folder) => filesUnder(path.join(ROOT, folder)));
  const fingerprint = fingerprintOf([...sources, path.join(ROOT, 'package-lock.json')]);
  const folder = path.join(PRIVATE, 'bundles');
  const bundle = path.join(folder, `${fingerprint.slice(0, 20)}.js`);
  if (!fs.existsSync(bundle)) {
    const { DefaultLogger, bundleWorkflowCode } = require('@temporalio/worker');
    const { code } = await bundleWorkflowCode({
      workflowsPath: path.join(ROOT, 'workflows', 'index.ts'),
      logger: new DefaultLogger('WARN'),
    });
    fs.mkdirSync(folder, { recursive: true });
    const unfinished = `${bundle}.${process.pid}`;
    fs.writeFileSync(unfinished, code);
    fs.renameSync(unfinished, bundle);
    removeOldest(folder);
  }
  process.stdout.write(`${bundle}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
