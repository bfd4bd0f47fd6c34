'use strict';

const { isBuiltin } = require('node:module');
const path = require('node:path');
const { build } = require('esbuild');

/**
 * @typedef {object} Target what an import leads to: a file of the project, by its path from the root, or a package
 * @property {string} [file]
 * @property {string} [package] `node:…` for what is part of Node
 */

/**
 * Resolves as bundlers and Node do: extensions, folders, symbolic links, packages' exports.
 *
 * @param {string} root
 * @param {{ file: string, specifier: string }[]} asked
 * @returns {Promise<(Target | undefined)[]>} undefined where it leads nowhere
 */
async function resolveAll(root, asked) {
  let targets = [];
  const resolver = {
    name: 'resolver',
    setup({ onStart, resolve }) {
      onStart(async () => {
        targets = await Promise.all(asked.map((one) => resolveOne(root, one, resolve)));
      });
    },
  };
  const nothing = { contents: '', resolveDir: root };
  const silently = { write: false, logLevel: 'silent', platform: 'node', absWorkingDir: root };
  await build({ stdin: nothing, bundle: true, plugins: [resolver], ...silently });
  return targets;
}

async function resolveOne(root, { file, specifier }, resolve) {
  if (isBuiltin(specifier)) return { package: specifier.replace(/^(node:)?/, 'node:') };
  const importer = path.join(root, file);
  const found = await resolve(specifier, {
    importer,
    resolveDir: path.dirname(importer),
    kind: 'require-call',
  });
  const relative = found.path && path.relative(root, found.path);
  const isOurs =
    found.errors.length === 0 && !relative.startsWith('..') && !relative.includes('node_modules');
  // What was built stands for what it was built from.
  if (isOurs)
    return {
      file: relative
        .split(path.sep)
        .join('/')
        .replace(/^dist\//, ''),
    };
  if (!/^[./]/.test(specifier)) return { package: packageOf(specifier) };
  const [, inPackage] = found.path.split(/node_modules[\\/](?!.*node_modules)/);
  return inPackage && { package: packageOf(inPackage) };
}

function packageOf(name) {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

module.exports = { resolveAll };
