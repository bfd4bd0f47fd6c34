'use strict';

// What both bundles have in common. Each is named by the hash of its sources, so that a build and a
// test run share one, and is renamed into place once it is complete. The bundles are made while
// dist is built, so these files are plain JavaScript.

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

/**
 * Renames a bundle into place. If another process has just put the same one there, this one is
 * dropped.
 */
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
 * Prints the path of the bundle of the present sources, and makes the bundle first if there is
 * none.
 *
 * @param options.kind the folder for bundles of this kind
 * @param options.suffix the end of the bundle's name; empty for a folder
 * @param options.script the file that makes the bundle; a change of it makes another bundle
 * @param options.sources the folders that the bundle is made from
 * @param options.make writes the bundle to the path that it is given
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
