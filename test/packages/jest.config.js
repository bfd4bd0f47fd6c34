'use strict';

const { configOfCommand, LONG_MS } = require('../support/jest/config-of-command');

module.exports = configOfCommand('packages/*-installed.ts', { testTimeout: LONG_MS });
