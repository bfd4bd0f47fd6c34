'use strict';

const HEADING = '## Unreleased\n';
const BREAKING = /^- \*\*Breaking:\*\*/m;

/**
 * @param {string} changelog
 * @param {string} [version] by default the one that isn't released yet
 * @returns {string} what stands under its heading
 * @throws {Error} if nothing does
 */
function notesOf(changelog, version = 'Unreleased') {
  const sections = changelog.split(/^## /m).slice(1);
  const [heading, ...lines] =
    sections
      .map((one) => one.split('\n'))
      .find(([first]) => first === version || first.startsWith(`${version} (`)) ?? [];
  const notes = lines.join('\n').trim();
  if (notes === '')
    throw new Error(`CHANGELOG.md has nothing under “${heading ?? version}” to release.`);
  return notes;
}

/**
 * The next version by the contracts: published JSON, error codes, workflow inputs, SQL signatures,
 * the packages' exports. Before 1.0.0 the second number stands for a breaking change, as npm's `^`
 * reads it.
 *
 * @param {string} version such as `0.1.0`
 * @param {string} notes
 */
function nextVersion(version, notes) {
  const [major, minor, patch] = version.split('.').map(Number);
  const isBreaking = BREAKING.test(notes);
  if (major === 0) return isBreaking ? `0.${minor + 1}.0` : `0.${minor}.${patch + 1}`;
  return isBreaking ? `${major + 1}.0.0` : `${major}.${minor + 1}.0`;
}

/** @returns {string} the changelog with the unreleased notes under their version */
function released(changelog, version, day) {
  return changelog.replace(HEADING, `${HEADING}\n## ${version} (${day})\n`);
}

module.exports = { BREAKING, nextVersion, notesOf, released };
