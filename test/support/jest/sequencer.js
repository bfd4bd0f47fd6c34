'use strict';

const path = require('node:path');
const { partOfJest } = require('./part-of-jest');

const Sequencer = partOfJest('@jest/test-sequencer', '@jest/core').default;

/** Folders whose tests wait most of the time, for a boundary, a lost worker or another process. */
const WAITING = ['workflows', 'replay', 'setup', 'docs'].map(
  (folder) => path.sep + path.join('test', folder) + path.sep,
);

/**
 * Jest's own order is the longest first, or the largest where nothing is known of an earlier run.
 * Here tests that wait and tests that compute take turns, each kind in that order, so that some
 * always compute while others wait.
 */
module.exports = class TakingTurns extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isWaiting = ({ path: file }) => WAITING.some((folder) => file.includes(folder));
    const [waiting, computing] = [
      sorted.filter(isWaiting),
      sorted.filter((test) => !isWaiting(test)),
    ];
    const placed = [waiting, computing].flatMap((kind) =>
      kind.map((test, n) => ({ test, at: (n + 1) / kind.length })),
    );
    return placed.sort((a, b) => a.at - b.at).map(({ test }) => test);
  }
};
