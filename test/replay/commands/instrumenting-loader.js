'use strict';

const { createInstrumenter } = require('istanbul-lib-instrument');

const instrumenter = createInstrumenter({
  esModules: true,
  compact: false,
  parserPlugins: ['typescript'],
  // A workflow's sandbox has no `new Function`.
  coverageGlobalScope: 'globalThis',
  coverageGlobalScopeFunc: false,
});

/**
 * A loader of webpack: applies the mutants of a file to its source, each switched on by a global,
 * and counts the branches that are taken.
 */
module.exports = function instrument(source) {
  const { change, onInstrumented } = this.getOptions();
  const changed = change(source, this.resourcePath);
  const code = instrumenter.instrumentSync(changed, this.resourcePath);
  const lines = changed.split('\n');
  onInstrumented(this.resourcePath, { counters: instrumenter.lastFileCoverage(), lines });
  return code;
};
