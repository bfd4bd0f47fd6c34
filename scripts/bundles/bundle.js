'use strict';

// What both bundles have in common: each is named after what it was made from, so a build and a test run share one, and
// neither can see the other's half-written.

const fs = require('node:fs');
const path = require('node:path');
const { PRIVATE, ROOT, filesUnder, fingerprintOf } = require('../before-install/checkout');

const KEPT = 4;
const FINISHED = /^[0-9a-f]{20}(\.\w+)?$/;

function removeOldest(folder) {
  const byAge = fs
    .readdirSync(folder)
    .filter((name) => FINISHED.test(name))
    .map((name) => path.join(folder, name))
    .sort((a, b) => fs.statSync(b).mtimeMs - fs.statSync(a).mtimeMs);
  for (const file of byAge.slice(KEPT)) fs.rmSync(file, { recursive: true, force: true });
}

/** A folder can't be renamed onto one that somebody else has just finished; theirs is as good. */
function putInPlace(unfinished, bundle) {
  try {
    fs.renameSync(unfinished, bundle);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    fs.rmSync(unfinished, { recursive: true });
  }
}

async function bundled({ kind, suffix, script, sources, make }) {
  const files = sources.flatMap((folder) => filesUnder(path.join(ROOT, folder)));
  const fingerprint = fingerprintOf([...files, script, path.join(ROOT, 'package-lock.json')]);
  const folder = path.join(PRIVATE, kind);
  const bundle = path.join(folder, `${fingerprint.slice(0, 20)}${suffix}`);
  if (fs.existsSync(bundle)) return bundle;
  const unfinished = `${bundle}.${process.pid}`;
  fs.mkdirSync(folder, { recursive: true });
  await make(unfinished);
  putInPlace(unfinished, bundle);
  removeOldest(folder);
  return bundle;
}

/**
 * Prints where the bundle of the present sources is, and makes it if there is none.
 *
 * @param options.kind the folder of its kind
 * @param options.suffix of its name; none if it is a folder
 * @param options.script the file that makes it
 * @param options.sources the folders that it is made from
 * @param options.make writes it to the path that it is given
 */
function printBundle(options) {
  bundled(options).then(
    (bundle) => process.stdout.write(`${bundle}\n`),
    (error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exitCode = 1;
    },
  );
}

module.exports = { printBundle };
