'use strict';

// Takes out of an installed node_modules what a running process never reads: native code of other
// platforms, compilers (the image brings its bundle), maps, types, sources. Run by the Dockerfile.

const fs = require('node:fs');
const path = require('node:path');

/** Read by Temporal's SDK when it bundles workflows, which the build has done. */
const COMPILERS = [
  '@swc',
  '@webassemblyjs',
  'browserslist',
  'caniuse-lite',
  'electron-to-chromium',
  'source-map-loader',
  'swc-loader',
  'terser',
  'terser-webpack-plugin',
  'update-browserslist-db',
  '@temporalio/core-bridge/sdk-core',
  '@temporalio/core-bridge/src',
];

/** Temporal's name for this platform. */
const PLATFORMS = {
  'linux x64': 'x86_64-unknown-linux-gnu',
  'linux arm64': 'aarch64-unknown-linux-gnu',
};

const UNREAD = /\.(map|[cm]?ts|tsx|md|markdown|flow|lock|toml|yml)$/i;
const UNREAD_FOLDERS = new Set(['test', 'tests', '__tests__', 'benchmarks', 'example', 'examples']);

function remove(file) {
  fs.rmSync(file, { recursive: true, force: true });
}

function trimFolder(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (UNREAD_FOLDERS.has(entry.name)) remove(file);
      else trimFolder(file);
    } else if (UNREAD.test(entry.name)) remove(file);
  }
}

/** @param {string} modules the folder node_modules of an installation without devDependencies */
function trim(modules) {
  const platform = PLATFORMS[`${process.platform} ${process.arch}`];
  const releases = path.join(modules, '@temporalio', 'core-bridge', 'releases');
  if (!fs.readdirSync(releases).includes(platform))
    throw new Error(`Temporal’s SDK has no native code for ${process.platform} ${process.arch}.`);
  for (const name of fs.readdirSync(releases))
    if (name !== platform) remove(path.join(releases, name));
  for (const name of COMPILERS) remove(path.join(modules, name));
  trimFolder(modules);
}

trim(path.resolve(process.argv[2]));
