'use strict';

const { configOfCommand, LONG_MS } = require('../support/jest/config-of-command');

module.exports = configOfCommand('example/*-visited.ts', { testTimeout: LONG_MS });
