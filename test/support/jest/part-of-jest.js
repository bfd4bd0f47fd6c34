'use strict';

const { createRequire } = require('node:module');

/** A package of jest's own version, resolved from the packages of jest that need it. */
function partOfJest(name, ...within) {
  let from = require;
  for (const outer of ['jest', ...within]) from = createRequire(from.resolve(outer));
  return from(name);
}

module.exports = { partOfJest };
