'use strict';

const { configOfCommand, LONG_MS } = require('../support/jest/config-of-command');

module.exports = configOfCommand('helm/*-runs.ts', {
  testTimeout: LONG_MS,
  // The chart is rendered, and installed in an API server that is there already.
  globalSetup: undefined,
  globalTeardown: undefined,
});
