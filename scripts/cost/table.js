'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { actionsIn } = require('./actions');

const HISTORIES = path.join(__dirname, '..', '..', 'test', 'replay', 'histories');
/** A month of thirty days, by the default of HOLDFAST_RECONCILE_IDLE_SECONDS. */
const IDLE_PASSES_PER_MONTH = (30 * 86_400) / 600;
const SCHEDULE = 2;

/** What happens, the scenarios whose histories show it, and what no history has. */
const ROWS = [
  ['a generation, besides its heartbeats', ['generation.committed']],
  ['a generation that is cancelled', ['generation.cancelled']],
  ['a generation that is refused by its workflow', ['generation.rejected-insufficient-credits']],
  [
    'a request that waits for credits, for an hour or a month, and is served',
    ['generation.waiting-handed-over', 'generation.waiting-resumed'],
  ],
  ['the start of a subscription', ['subscription.open']],
  ['a cycle of a subscription', ['subscription.goes-on-next']],
  ['a lapse: grace, and the settlement window', ['subscription.lapsed', 'expiry.booked']],
  ['a purchase', ['purchase.granted']],
  ['a purchase that waits for its payment', ['purchase.settled']],
  // The purchase's start is among those of the child.
  ['a top-up that buys', ['top-up.bought', 'purchase.bare'], -1],
  ['two notices of an account, delivered together', ['notices.delivered']],
  ['a grant by workflow', ['grant.granted']],
  ['a change of settings', ['settings.limits']],
  ['a pass of reconciliation, with nothing due', ['reconciliation.idle'], SCHEDULE],
];

/** `{ what, scenarios, actions }` for each row, from the newest recording of each scenario. */
function costs() {
  const rows = ROWS.map(([what, names, more = 0]) => {
    const histories = names.map(newestRecording);
    const counted = histories.map(({ history }) => actionsIn(history));
    const actions = counted.reduce((sum, one) => sum + one, more);
    return { what, scenarios: histories.map(({ name }) => name), actions };
  });
  const pass = rows.at(-1);
  const month = {
    what: `a month in which nothing is due: ${IDLE_PASSES_PER_MONTH.toLocaleString('en-US')} passes`,
    scenarios: pass.scenarios,
    actions: pass.actions * IDLE_PASSES_PER_MONTH,
  };
  return [...rows, month];
}

function newestRecording(name) {
  const versions = fs.readdirSync(HISTORIES).flatMap((file) => {
    const [, of, version] = file.match(/^(.+)\.v(\d+)\.history\.json$/) ?? [];
    return of === name ? [Number(version)] : [];
  });
  if (versions.length === 0) throw new Error(`No recording of ${name}.`);
  const file = `${name}.v${Math.max(...versions)}`;
  const text = fs.readFileSync(path.join(HISTORIES, `${file}.history.json`), 'utf8');
  return { name: file, history: JSON.parse(text) };
}

function table() {
  const lines = costs().map(
    ({ what, scenarios, actions }) =>
      `| ${what} | ${actions.toLocaleString('en-US')} | ${scenarios.map((one) => `\`${one}\``).join(', ')} |`,
  );
  return ['| what | Actions | counted in |', '| --- | --- | --- |', ...lines].join('\n');
}

module.exports = { costs, table };
