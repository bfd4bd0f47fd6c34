'use strict';

const { configOfCommand } = require('../support/jest/config-of-command');

module.exports = configOfCommand('replay/record.ts');
