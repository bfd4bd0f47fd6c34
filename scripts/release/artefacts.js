'use strict';

const { execFileSync, spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT, say } = require('../before-install/checkout');
const { packAll } = require('../packages/assemble');

/** What a package brings along, from a lockfile that its own manifest gives. */
function writeBillOfMaterials(folder, file) {
  const silent = ['--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts', ...silent], {
    cwd: folder,
  });
  const args = ['sbom', '--package-lock-only', '--omit=dev', '--sbom-format=cyclonedx'];
  fs.writeFileSync(file, execFileSync('npm', args, { cwd: folder, maxBuffer: 64 * 2 ** 20 }));
}

/** @returns {string | undefined} the image's name; undefined where no container engine answers */
function buildImage(version) {
  const name = `holdfast:${version}`;
  if (spawnSync('docker', ['version'], { stdio: 'ignore' }).status !== 0) return undefined;
  const args = ['build', '--build-arg', `VERSION=${version}`, '--tag', name, ROOT];
  const { status } = spawnSync('docker', args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('The image could not be built.');
  return name;
}

function sumOf(file) {
  return createHash('sha256').update(fs.readFileSync(file)).digest('hex');
}

/**
 * Makes all that a release publishes.
 *
 * @param {string} version
 * @param {string} notes
 * @param {string} out a folder
 * @returns {Promise<{ files: string[], image: string | null }>} `image` is null where there is no
 *   container engine
 */
async function makeArtefacts(version, notes, out) {
  const { server, client, folders } = await packAll(out, version);
  const files = [server, client];
  for (const folder of folders) {
    const file = path.join(out, `holdfast-${path.basename(folder)}-${version}.cdx.json`);
    say(`Listing what ${path.basename(folder)} brings along …`);
    writeBillOfMaterials(folder, file);
    files.push(file);
  }
  const page = path.join(out, 'release-notes.md');
  fs.writeFileSync(page, `${notes}\n`);
  files.push(page);
  const sums = files.map((file) => `${sumOf(file)}  ${path.basename(file)}\n`);
  fs.writeFileSync(path.join(out, 'SHA256SUMS'), sums.join(''));
  files.push(path.join(out, 'SHA256SUMS'));
  const image = buildImage(version) ?? null;
  if (image === null) say('No container engine answers: no image is built.');
  return { files, image };
}

module.exports = { buildImage, makeArtefacts };
