'use strict';

const { configOfCommand, LONG_MS } = require('../support/jest/config-of-command');

module.exports = configOfCommand('compose/*-runs.ts', {
  testTimeout: LONG_MS,
  // The servers are the containers'.
  globalSetup: undefined,
  globalTeardown: undefined,
});
