'use strict';

/**
 * @typedef {object} Boundary what the files of a folder may import, beside the files of the folder
 *   itself
 * @property {string[] | typeof EVERYTHING} imports folders
 * @property {string[]} [byType] folders that may be imported by type alone
 * @property {string[]} [packages] the only packages allowed, Node's own as `node:…`; without it,
 *   every package is allowed
 * @property {string[]} [notPackages] packages that belong behind another folder
 * @property {string[]} [reachesNo] packages that no import by value may bring along, directly or
 *   through other files
 * @property {boolean} [loadsComputed] whether its files may load a module whose name is computed
 */

/** The folder may import every file of the checkout. Only tests may. */
const EVERYTHING = 'everything';

/**
 * A workflow's sandbox has neither. Either would also make the bundle of the workflows, or the
 * browser's, three times as large.
 */
const SANDBOX = ['zod', 'node:'];
const SQL = ['knex', 'pg'];

/**
 * The boundaries, which ARCHITECTURE.md shows. A file belongs to the longest folder that is named
 * here. Every folder with sources is named; no folder but `test` imports `test`, and none at all
 * imports `bench`.
 *
 * @type {Record<string, Boundary>}
 */
const BOUNDARIES = {
  contract: { imports: [], packages: ['zod'] },
  config: { imports: ['contract'] },
  domain: { imports: ['contract'], packages: ['@noble/hashes'], reachesNo: SANDBOX },
  catalog: { imports: ['contract'] },
  ledger: { imports: ['contract', 'domain', 'catalog'] },
  codec: { imports: ['contract'], reachesNo: SQL },
  tokens: { imports: ['contract', 'config', 'domain'], reachesNo: SQL },
  providers: { imports: ['contract', 'domain'] },
  activities: { imports: ['contract', 'domain', 'ledger', 'providers'] },
  telemetry: { imports: ['contract', 'domain', 'ledger', 'providers', 'activities'] },
  workflows: { imports: ['contract', 'domain'], reachesNo: SANDBOX },
  'workflows/proxies': {
    imports: ['contract', 'domain', 'workflows'],
    byType: ['activities'],
    reachesNo: SANDBOX,
  },
  worker: {
    imports: [
      'worker/own-providers',
      'contract',
      'config',
      'domain',
      'catalog',
      'ledger',
      'providers',
      'activities',
      'telemetry',
      'workflows',
      'client',
      'codec',
      'tokens',
    ],
  },
  // The module with a product's own providers is named by a setting.
  'worker/own-providers': { imports: ['providers'], packages: ['node:'], loadsComputed: true },
  client: { imports: ['contract', 'domain', 'workflows', 'codec', 'tokens'], reachesNo: SQL },
  // Of the worker it takes what a replay needs to be the build's own, so that the command line,
  // which loads it for one command alone, needs nothing of the worker.
  replay: { imports: ['contract', 'client', 'worker'], reachesNo: SQL },
  testing: {
    imports: ['contract', 'ledger', 'providers', 'workflows', 'worker', 'client', 'replay'],
  },
  cli: {
    imports: [
      ...['contract', 'config', 'domain', 'catalog', 'ledger', 'client', 'codec', 'tokens'],
      'replay',
    ],
    notPackages: SQL,
  },
  web: {
    imports: [
      ...['contract', 'config', 'domain', 'catalog', 'ledger', 'telemetry'],
      ...['client', 'codec', 'tokens'],
    ],
    notPackages: SQL,
  },
  'web/element': {
    imports: ['domain'],
    byType: ['contract'],
    packages: ['eventsource-parser', 'lit-html'],
    loadsComputed: true,
    reachesNo: SANDBOX,
  },
  scripts: {
    imports: [
      'contract',
      'config',
      'domain',
      'catalog',
      'ledger',
      'providers',
      'worker',
      'client',
      'codec',
      'tokens',
      'cli',
      'web',
    ],
  },
  // Postgres’s programs are files of a package of its platform, whose name is computed.
  'scripts/stack': { imports: ['contract', 'config', 'ledger'], loadsComputed: true },
  // `run.js` loads Jest, and the built target that its argument names, once both are there.
  'scripts/before-install': {
    imports: ['config'],
    packages: ['node:', 'jest'],
    loadsComputed: true,
  },
  bin: { imports: ['cli', 'web', 'worker', 'scripts/before-install'], packages: ['node:'] },
  bench: {
    imports: [
      'contract',
      'domain',
      'ledger',
      'providers',
      'workflows',
      'worker',
      'client',
      'web',
      'scripts/stack',
    ],
  },
  test: { imports: EVERYTHING, loadsComputed: true },
};

/** What a boundary allows, in the words of ARCHITECTURE.md: `contract, activities (by type)`. */
function mayImportInWords({ imports, byType = [] }) {
  if (imports === EVERYTHING) return EVERYTHING;
  const names = [...imports, ...byType.map((folder) => `${folder} (by type)`)];
  return names.length === 0 ? 'nothing of the project' : names.join(', ');
}

module.exports = { BOUNDARIES, EVERYTHING, mayImportInWords };
