'use strict';

// Uses the process's own realm in place of one for each test file: what ./runtime.js shares among
// files must see the same `Error`, `Date` and `Array` as they do.

const { partOfJest } = require('./part-of-jest');

const IN_ENVIRONMENT = ['@jest/core', 'jest-config', 'jest-environment-node'];
const { ModernFakeTimers } = partOfJest('@jest/fake-timers', ...IN_ENVIRONMENT);
const { ModuleMocker } = partOfJest('jest-mock', ...IN_ENVIRONMENT);

/** The symbols under which the framework keeps a file's tests and settings. */
const OF_THE_FRAMEWORK =
  /^(JEST_STATE_SYMBOL|EVENT_HANDLERS|TEST_TIMEOUT_SYMBOL|RETRY_.+|LOG_ERRORS_BEFORE_RETRY|WAIT_BEFORE_RETRY)$/;

module.exports = class SharedEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  fakeTimers = null;
  fakeTimersModern;
  #variables = { ...process.env };
  #before = {
    console: globalThis.console,
    exit: process.exit,
    getBuiltinModule: process.getBuiltinModule,
  };

  constructor({ projectConfig }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    Error.stackTraceLimit = 100;
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    const { console, ...ofProcess } = this.#before;
    Object.assign(globalThis, { console });
    Object.assign(process, ofProcess);
    for (const name of Object.keys(process.env)) {
      if (!(name in this.#variables)) delete process.env[name];
    }
    Object.assign(process.env, this.#variables);
    for (const key of Object.getOwnPropertySymbols(globalThis)) {
      if (OF_THE_FRAMEWORK.test(key.description ?? '')) delete globalThis[key];
    }
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return null;
  }
};
