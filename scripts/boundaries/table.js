'use strict';

/**
 * @typedef {object} Boundary what the files of a folder may import, beside what lies in the folder itself
 * @property {string[]} imports folders
 * @property {string[]} [byType] folders of which nothing may be there at run time
 * @property {string[]} [packages] the only ones, with Node's own as `node:…`; all where it is not given
 * @property {string[]} [notPackages] packages that belong behind another folder
 * @property {string[]} [reachesNo] packages that must not come along with anything either that is there at run time
 */

/** What the sandbox of a workflow doesn't have, and what would make its bundle, or the browser's, three times as large. */
const SANDBOX = ['zod', 'node:'];
const SQL = ['knex', 'pg'];

/**
 * The boundaries. ARCHITECTURE.md shows them. A file belongs to the longest folder that is named here; folders that are
 * not (scripts, bench, test) may import everything, and be imported by none of these.
 *
 * @type {Record<string, Boundary>}
 */
const BOUNDARIES = {
  contract: { imports: [], packages: ['zod'] },
  config: { imports: ['contract'] },
  domain: { imports: ['contract'], packages: ['@noble/hashes'], reachesNo: SANDBOX },
  catalog: { imports: ['contract'] },
  ledger: { imports: ['contract', 'domain', 'catalog'] },
  providers: { imports: ['contract', 'domain'] },
  activities: { imports: ['contract', 'domain', 'ledger', 'providers'] },
  workflows: { imports: ['contract', 'domain'], reachesNo: SANDBOX },
  'workflows/proxies': {
    imports: ['contract', 'domain', 'workflows'],
    byType: ['activities'],
    reachesNo: SANDBOX,
  },
  worker: {
    imports: [
      'contract',
      'config',
      'domain',
      'catalog',
      'ledger',
      'providers',
      'activities',
      'workflows',
      'client',
    ],
  },
  client: { imports: ['contract', 'domain', 'workflows'], reachesNo: SQL },
  cli: {
    imports: ['contract', 'config', 'domain', 'catalog', 'ledger', 'client'],
    notPackages: SQL,
  },
  web: {
    imports: ['contract', 'config', 'domain', 'catalog', 'ledger', 'client'],
    notPackages: SQL,
  },
  'web/element': {
    imports: ['domain'],
    byType: ['contract'],
    packages: ['eventsource-parser', 'lit-html', 'uplot'],
    reachesNo: SANDBOX,
  },
};

/** In words, as ARCHITECTURE.md has it. */
function mayImportInWords({ imports, byType = [] }) {
  const names = [...imports, ...byType.map((folder) => `${folder} (by type)`)];
  return names.length === 0 ? 'nothing of the project' : names.join(', ');
}

module.exports = { BOUNDARIES, mayImportInWords };
