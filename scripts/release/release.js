'use strict';

// `npm run release`: the version, the notes and the files of a release.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { PRIVATE, ROOT, prepare, say } = require('../before-install/checkout');
const { BREAKING, nextVersion, notesOf, released } = require('./changelog');

const HELP = `Usage: npm run release -- --dry-run | --tagged [--out DIR] [--json]
       npm run release

Takes what CHANGELOG.md has under “Unreleased”. A line that begins with **Breaking:** raises the first number of the
version (before 1.0.0 the second); docs/how-to/release.md says what is a contract.

With --dry-run it changes nothing, and makes tarballs, notes, lists of what they bring along (CycloneDX), sums, and the
image where a container engine answers. With --tagged it makes them of the version that has just been tagged. Without
either, it writes the version and the changelog, commits and tags; pushing the tag publishes.

  --out DIR  where to; .holdfast/release by default
  --json     prints { version, files, image }

Example: npm run release -- --dry-run --out /tmp/release
`;

const MANIFESTS = ['package.json', 'packages/client/package.json', 'package-lock.json'];

const CHART = 'deploy/helm/Chart.yaml';

const at = (file) => path.join(ROOT, file);
const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();

/** @returns {{ version: string, notes: string, changelog: string }} */
function plan(isTagged) {
  const changelog = fs.readFileSync(at('CHANGELOG.md'), 'utf8');
  const { version: present } = JSON.parse(fs.readFileSync(at('package.json'), 'utf8'));
  if (isTagged) return { version: present, notes: notesOf(changelog, present), changelog };
  const notes = notesOf(changelog);
  const upgrades = fs.readFileSync(at('docs/how-to/upgrade.md'), 'utf8');
  if (BREAKING.test(notes) && !upgrades.includes(`\n## From ${present}\n`))
    throw new Error(`A change breaks a contract: docs/how-to/upgrade.md needs “From ${present}”.`);
  return { version: nextVersion(present, notes), notes, changelog };
}

/** Only the version's own member changes, so that the rest of a file stays as it is written. */
function writeVersion(version) {
  const { version: present } = JSON.parse(fs.readFileSync(at('package.json'), 'utf8'));
  const own = new RegExp(`^((?: {2}){1,3}"version": )"${present.replaceAll('.', '\\.')}"`, 'm');
  for (const file of MANIFESTS) {
    let text = fs.readFileSync(at(file), 'utf8').replace(own, `$1"${version}"`);
    // The lockfile names the root's version twice.
    if (file === 'package-lock.json') text = text.replace(own, `$1"${version}"`);
    fs.writeFileSync(at(file), text);
  }
  const chart = fs.readFileSync(at(CHART), 'utf8');
  fs.writeFileSync(at(CHART), chart.replaceAll(/^((?:appV|v)ersion:) .*$/gm, `$1 ${version}`));
}

function commit({ version, changelog }) {
  if (git('status', '--porcelain') !== '')
    throw new Error('The checkout has changes: commit them first.');
  writeVersion(version);
  const day = new Date().toISOString().slice(0, 10);
  fs.writeFileSync(at('CHANGELOG.md'), released(changelog, version, day));
  git('commit', '--all', '--message', `Release ${version}`);
  git('tag', '--annotate', `v${version}`, '--message', `Holdfast ${version}`);
  say(`Tagged v${version}. Publish it: git push --follow-tags`);
}

async function main(args) {
  const { values } = parseArgs({
    args,
    options: {
      'dry-run': { type: 'boolean' },
      help: { type: 'boolean' },
      json: { type: 'boolean' },
      out: { type: 'string' },
      tagged: { type: 'boolean' },
    },
  });
  if (values.help) return process.stdout.write(HELP);
  const release = plan(values.tagged);
  if (!values['dry-run'] && !values.tagged) return commit(release);
  await prepare({ built: true });
  // It needs packages that may just have been installed.
  const { makeArtefacts } = require('./artefacts');
  const out = path.resolve(values.out ?? path.join(PRIVATE, 'release'));
  const { files, image } = await makeArtefacts(release.version, release.notes, out);
  const { version } = release;
  const text = values.json ? JSON.stringify({ version, files, image }) : files.join('\n');
  return process.stdout.write(`${text}\n`);
}

main(process.argv.slice(2)).catch((error) => {
  say(error.message);
  process.exitCode = error.code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1;
});
