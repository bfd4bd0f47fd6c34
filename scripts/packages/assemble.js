'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { DIST, PRIVATE, ROOT } = require('../before-install/checkout');
const { reachedFrom } = require('./files');
const { writeVendored } = require('./vendored');

/** Members of a manifest that only a checkout needs. */
const OF_THE_CHECKOUT = ['scripts', 'devDependencies', 'overrides', 'allowScripts'];

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

function copy(from, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}

/**
 * @param {string} name of the package's folder
 * @returns {string} an empty folder for its files
 */
function emptyFolder(name) {
  const folder = path.join(PRIVATE, 'packages', name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

function writeManifest(folder, manifest, version) {
  const kept = Object.entries(manifest).filter(([name]) => !OF_THE_CHECKOUT.includes(name));
  const published = { ...Object.fromEntries(kept), version: version ?? manifest.version };
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
}

/** Gathers the package of the server: the files that the root's manifest names. */
function assembleServer(version) {
  const folder = emptyFolder('server');
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [{ files }] = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' }));
  for (const { path: file } of files) copy(path.join(ROOT, file), path.join(folder, file));
  fs.chmodSync(path.join(folder, 'bin', 'holdfast.js'), 0o755);
  writeManifest(folder, readJson(path.join(ROOT, 'package.json')), version);
  return folder;
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

/** Gathers the client's package: what its entries reach, with maps and sources. */
async function assembleClient(version) {
  const folder = emptyFolder('client');
  const manifest = readJson(path.join(ROOT, 'packages', 'client', 'package.json'));
  const entries = Object.values(manifest.exports).flatMap((entry) => entry.default ?? []);
  const { files } = reachedFrom(
    entries.map((entry) => path.join(DIST, path.relative('dist', entry))),
  );
  for (const file of files) copyBuilt(file, folder);
  await writeVendored(ROOT, path.join(folder, 'dist'));
  for (const name of ['LICENSE', 'CHANGELOG.md'])
    copy(path.join(ROOT, name), path.join(folder, name));
  copy(path.join(ROOT, 'packages', 'client', 'README.md'), path.join(folder, 'README.md'));
  writeManifest(folder, manifest, version);
  return folder;
}

/** @returns {string} the path of the tarball */
function packed(folder, out) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', out];
  const [{ filename }] = JSON.parse(execFileSync('npm', args, { cwd: folder, encoding: 'utf8' }));
  return path.join(out, filename.replace('@', '').replace('/', '-'));
}

/**
 * Makes the tarballs of both packages from the build.
 *
 * @param {string} out a folder, made if it isn't there
 * @param {string} [version] by default the manifests' own
 * @returns {Promise<{ server: string, client: string, folders: string[] }>} the tarballs, and the
 *   folders that they were made from
 */
async function packAll(out, version) {
  fs.mkdirSync(out, { recursive: true });
  const folders = [assembleServer(version), await assembleClient(version)];
  const [server, client] = folders.map((folder) => packed(folder, out));
  return { server, client, folders };
}

module.exports = { packAll };
