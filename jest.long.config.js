'use strict';

const { configOfCommand } = require('./test/support/jest/config-of-command');

// What takes more than ten seconds of CPU time by its nature: decision 0049.
module.exports = configOfCommand('**/*.long.test.ts', {
  testPathIgnorePatterns: ['/node_modules/'],
});
