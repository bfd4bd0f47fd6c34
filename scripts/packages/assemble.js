'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { DIST, PRIVATE, ROOT } = require('../before-install/checkout');
const { reachedFrom } = require('./files');
const { writeVendoredKnex } = require('./vendored-knex');

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

function copy(from, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}

/** A built file, its map, and the source that the map names, at the place that the map names. */
function copyBuilt(file, folder) {
  const built = path.relative(DIST, file);
  copy(file, path.join(folder, 'dist', built));
  const map = `${file}.map`;
  if (!fs.existsSync(map)) return;
  copy(map, path.join(folder, 'dist', `${built}.map`));
  const source = built.replace(/(\.d\.ts|\.js)$/, '.ts');
  copy(path.join(ROOT, source), path.join(folder, source));
}

/**
 * Gathers the client's package: the built files that its entries reach, with maps and sources.
 *
 * @returns {Promise<string>} its folder
 */
async function assembleClient() {
  const folder = path.join(PRIVATE, 'packages', 'client');
  fs.rmSync(folder, { recursive: true, force: true });
  const { scripts, ...manifest } = readJson(path.join(ROOT, 'packages', 'client', 'package.json'));
  const entries = Object.values(manifest.exports).flatMap((entry) => entry.default ?? []);
  const { files } = reachedFrom(
    entries.map((entry) => path.join(DIST, path.relative('dist', entry))),
  );
  for (const file of files) copyBuilt(file, folder);
  await writeVendoredKnex(ROOT, path.join(folder, 'dist', 'vendor', 'knex.js'));
  const database = path.join(folder, 'dist', 'ledger', 'connection', 'database.js');
  const code = fs.readFileSync(database, 'utf8');
  fs.writeFileSync(database, code.replace('require("knex")', 'require("../../vendor/knex")'));
  for (const name of ['LICENSE', 'CHANGELOG.md'])
    copy(path.join(ROOT, name), path.join(folder, name));
  copy(path.join(ROOT, 'packages', 'client', 'README.md'), path.join(folder, 'README.md'));
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
}

/** @returns {string} the path of the tarball */
function packed(folder, out) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', out];
  const [{ filename }] = JSON.parse(execFileSync('npm', args, { cwd: folder, encoding: 'utf8' }));
  return path.join(out, filename);
}

/**
 * @param {string} out a folder, made if it isn't there
 * @returns {Promise<{ server: string, client: string }>} the tarballs
 */
async function packAll(out) {
  fs.mkdirSync(out, { recursive: true });
  return { server: packed(ROOT, out), client: packed(await assembleClient(), out) };
}

module.exports = { assembleClient, packAll };
