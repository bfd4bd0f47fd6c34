'use strict';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: '<rootDir>/test/support/jest/environment.js',
  runtime: '<rootDir>/test/support/jest/runtime.js',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // These are `npm run test:long`: decision 0049.
  testPathIgnorePatterns: ['/node_modules/', '\\.long\\.test\\.ts$'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.holdfast/'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/test/support/check-answers.ts'],
  // A limit for what hangs: what waits for a server's 10 s time-outs twice takes 30 s, and several times as long on a busy
  // machine.
  testTimeout: 300_000,
  testSequencer: '<rootDir>/test/support/jest/sequencer.js',
  // More than there are cores: most of the time a test waits, for a boundary or for a worker to be missed.
  maxWorkers: 7,
};
