'use strict';

const { configOfCommand } = require('../../support/jest/config-of-command');

module.exports = configOfCommand('ledger/audit/columns.ts');
