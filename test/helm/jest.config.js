'use strict';

const { configOfCommand, LONG_MS } = require('../support/jest/config-of-command');

module.exports = configOfCommand('helm/*-runs.ts', {
  testTimeout: LONG_MS,
  // Only containers need servers; an API server is there already.
  ...(process.env.HOLDFAST_TEST_IMAGE ? {} : { globalSetup: undefined, globalTeardown: undefined }),
});
