'use strict';

const { join } = require('node:path');

module.exports = {
  ...require('../../jest.config'),
  rootDir: join(__dirname, '..', '..'),
  testMatch: [`<rootDir>/test/model/${process.env.FUZZ ?? 'fuzz'}.ts`],
  // As long as it was asked to run: the longest time that a timer takes.
  testTimeout: 2 ** 31 - 1,
};
