'use strict';

// Jest evaluates every module once more for each test file, in a realm of its own: half of the
// suite's cost. Here a test process loads packages and sources once, with Node's own `require`, for
// all of its test files. Modules in `test` are loaded again for each file, but not those in
// `support/process`, which are shared. So packages and sources must keep no state between tests,
// and `jest.mock` does nothing.

const Module = require('node:module');
const path = require('node:path');
const { partOfJest } = require('./part-of-jest');

const JestRuntime = partOfJest('jest-runtime', '@jest/core').default;

/** Functions that replace modules, which all test files of the process share. */
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

/** The source map of each file that this process has transformed, for stack traces. */
const sourceMaps = new Map();

function unusable(name) {
  return () => {
    throw new Error(`jest.${name} would do nothing here: see test/support/jest/runtime.js.`);
  };
}

/** Loads TypeScript by jest's transformer, which has a cache in memory and on disk. */
function loadTypeScriptBy(transformer, options) {
  Module._extensions['.ts'] = (module, filename) => {
    const { code, sourceMapPath } = transformer.transform(filename, options);
    if (sourceMapPath) sourceMaps.set(filename, sourceMapPath);
    module._compile(code, filename);
  };
}

/**
 * Forgets tests and the framework, which keeps a file's tests in its modules; and everything while
 * jest watches files.
 */
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
    // This file's own `require` would keep everything that it has loaded.
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
