'use strict';

const { join } = require('node:path');

module.exports = {
  ...require('../../jest.config'),
  rootDir: join(__dirname, '..', '..'),
  testMatch: ['<rootDir>/test/packages/*-installed.ts'],
  testTimeout: 900_000,
};
