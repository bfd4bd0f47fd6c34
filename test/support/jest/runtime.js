'use strict';

// Jest evaluates every module once more for each test file, in a realm of its own: half of what the suite would cost. Here
// a test process loads what isn't a test, packages and sources, once, with Node's own `require`, for all of its test files;
// what stands in `test` is loaded anew for each, but for `support/process`, which is there to be shared. So what isn't a
// test must keep no state, and `jest.mock` does nothing.

const Module = require('node:module');
const path = require('node:path');
const { partOfJest } = require('./part-of-jest');

const JestRuntime = partOfJest('jest-runtime', '@jest/core').default;

/** They replace modules, which all test files of the process share. */
const UNUSABLE = [
  'mock',
  'doMock',
  'setMock',
  'unstable_mockModule',
  'resetModules',
  'isolateModules',
  'isolateModulesAsync',
];

const SHARED = [path.join(__dirname, path.sep), path.join(__dirname, '..', 'process', path.sep)];

/** Of all the files that this process has transformed: to the map that leads a stack trace to the source. */
const sourceMaps = new Map();

function unusable(name) {
  return () => {
    throw new Error(`jest.${name} would do nothing here: see test/support/jest/runtime.js.`);
  };
}

/** From now on; the transformer has a cache, in memory and on disk. */
function loadTypeScriptBy(transformer, options) {
  Module._extensions['.ts'] = (module, filename) => {
    const { code, sourceMapPath } = transformer.transform(filename, options);
    if (sourceMapPath) sourceMaps.set(filename, sourceMapPath);
    module._compile(code, filename);
  };
}

/** The framework as well: it keeps the tests of a file in its modules. And everything while somebody changes it. */
function forgetTests(rootDir, isWatching) {
  const packages = `${path.sep}node_modules${path.sep}`;
  const framework = path.join(packages, 'jest-circus', path.sep);
  const tests = path.join(rootDir, isWatching ? '' : 'test', path.sep);
  for (const file of Object.keys(require.cache)) {
    const isKept = file.includes(packages) || SHARED.some((folder) => file.startsWith(folder));
    if (file.includes(framework) || (file.startsWith(tests) && !isKept)) delete require.cache[file];
  }
}

module.exports = class SharingRuntime extends JestRuntime {
  #require;

  constructor(
    config,
    environment,
    resolver,
    transformer,
    cacheFS,
    coverageOptions,
    testPath,
    globalConfig,
  ) {
    super(
      config,
      environment,
      resolver,
      transformer,
      cacheFS,
      coverageOptions,
      testPath,
      globalConfig,
    );
    loadTypeScriptBy(transformer, {
      ...coverageOptions,
      ...{
        isInternalModule: false,
        supportsDynamicImport: true,
        supportsExportNamespaceFrom: false,
      },
      ...{ supportsStaticESM: false, supportsTopLevelAwait: false },
    });
    forgetTests(config.rootDir, globalConfig.watch || globalConfig.watchAll);
    // Not this file's `require`, which would keep everything that it has ever loaded.
    this.#require = Module.createRequire(testPath);
    const { jest } = this.requireModuleOrMock(testPath, '@jest/globals');
    const refusals = Object.fromEntries(UNUSABLE.map((name) => [name, unusable(name)]));
    Object.assign(environment.global, { jest: { ...jest, ...refusals } });
  }

  requireModule(from, moduleName = from) {
    return moduleName === from ? this.#require(from) : Module.createRequire(from)(moduleName);
  }

  requireInternalModule(from, to = from) {
    return this.requireModule(from, to);
  }

  getSourceMaps() {
    return sourceMaps;
  }
};
module.exports.default = module.exports;
