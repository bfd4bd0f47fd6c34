'use strict';

const { join } = require('node:path');

module.exports = {
  ...require('../../jest.config'),
  rootDir: join(__dirname, '..', '..'),
  testMatch: ['<rootDir>/test/compose/*-runs.ts'],
  testTimeout: 900_000,
  // The servers are the containers'.
  globalSetup: undefined,
  globalTeardown: undefined,
};
