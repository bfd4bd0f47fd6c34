'use strict';

const { configOfCommand } = require('../support/jest/config-of-command');

module.exports = configOfCommand(`model/${process.env.FUZZ ?? 'fuzz'}.ts`, {
  // As long as it was asked to run: the longest time that a timer takes.
  testTimeout: 2 ** 31 - 1,
});
