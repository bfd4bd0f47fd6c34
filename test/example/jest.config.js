'use strict';

const { join } = require('node:path');

module.exports = {
  ...require('../../jest.config'),
  rootDir: join(__dirname, '..', '..'),
  testMatch: ['<rootDir>/test/example/*-visited.ts'],
  testTimeout: 900_000,
};
