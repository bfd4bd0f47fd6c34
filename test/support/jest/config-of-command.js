'use strict';

const path = require('node:path');

/** Longer than an installation takes: for what is no part of `npm test`. */
const LONG_MS = 900_000;

/**
 * The configuration of a command that runs files of `test` as `npm test` runs its own.
 *
 * @param {string} files in `test`: `packages/*-installed.ts`
 * @param {object} [more] members that differ
 */
function configOfCommand(files, more = {}) {
  return {
    ...require('../../../jest.config'),
    rootDir: path.join(__dirname, '..', '..', '..'),
    testMatch: [`<rootDir>/test/${files}`],
    ...more,
  };
}

module.exports = { configOfCommand, LONG_MS };
