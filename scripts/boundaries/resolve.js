'use strict';

const { isBuiltin } = require('node:module');
const path = require('node:path');
const { build } = require('esbuild');

/**
 * @typedef {object} Target a file of the project, by its path from the root, or a package; exactly
 *   one of the two
 * @property {string} [file]
 * @property {string} [package] its name; `node:…` for a module of Node's own
 */

/**
 * Resolves imports as bundlers and Node do: extensions, folders, symbolic links, packages' exports.
 *
 * @param {string} root
 * @param {{ file: string, specifier: string }[]} asked
 * @returns {Promise<(Target | undefined)[]>} in the order of `asked`; undefined for an import that
 *   leads nowhere
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
  if (isOurs) return { file: sourceOf(relative) };
  // A checkout that hasn't been built has no dist yet.
  const unbuilt = path.relative(root, path.resolve(path.dirname(importer), specifier));
  if (unbuilt.startsWith(`dist${path.sep}`)) return { file: sourceOf(unbuilt) };
  if (!/^[./]/.test(specifier)) return { package: packageOf(specifier) };
  const [, inPackage] = found.path.split(/node_modules[\\/](?!.*node_modules)/);
  return inPackage && { package: packageOf(inPackage) };
}

/** The file that a built file was built from. */
function sourceOf(file) {
  return file
    .split(path.sep)
    .join('/')
    .replace(/^dist\//, '');
}

function packageOf(name) {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

module.exports = { resolveAll };
