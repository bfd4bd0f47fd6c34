'use strict';

const { createRequire } = require('node:module');

/** A package that jest consists of, looked up from those that need it, so that it is of the version that jest is. */
function partOfJest(name, ...within) {
  let from = require;
  for (const outer of ['jest', ...within]) from = createRequire(from.resolve(outer));
  return from(name);
}

module.exports = { partOfJest };
