import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');

const {
  problemsOf,
}: { problemsOf(root: string): Promise<string[]> } = require('../../scripts/boundaries/check');
const {
  BOUNDARIES,
  mayImportInWords,
}: { BOUNDARIES: Record<string, object>; mayImportInWords(boundary: object): string } =
  require('../../scripts/boundaries/table');

/** Every way there is to `ledger` from `domain`. */
const WAYS: Record<string, string> = {
  'a folder': "import { createLedger } from '../ledger';",
  'a file': "import { Connection } from '../ledger/connection/connection';",
  'a file by its extension': "import { Connection } from '../ledger/connection/connection.js';",
  'an import for its effects': "import '../ledger/migrate';",
  'all of it': "import * as all from '../ledger/ledger';",
  'an export of some': "export { createLedger } from '../ledger/ledger';",
  'an export of all': "export * from '../ledger/ledger';",
  'a type': "import type { Ledger } from '../ledger/ledger';",
  'a type among others': "import { type Ledger } from '../ledger/ledger';",
  'an export of a type': "export type { Ledger } from '../ledger/ledger';",
  'a type by import()': "export type Books = import('../ledger/ledger').Ledger;",
  'a type by typeof import()': "export type Books = typeof import('../ledger/ledger');",
  'a module that is declared anew': "declare module '../ledger/ledger' {}",
  'a reference': '/// <reference path="../ledger/ledger.ts" />',
  'import()': "export const later = import('../ledger/ledger');",
  'import() of a template': 'export const later = import(`../ledger/ledger`);',
  'import() of what is computed': "export const later = (name: string) => import('../' + name);",
  'require()': "const { createLedger } = require('../ledger/ledger');",
  'require.resolve()': "const file = require.resolve('../ledger/ledger');",
  'module.require()': "const books = module.require('../ledger/ledger');",
  'require() under another name': "const load = require; load('../ledger/ledger');",
  'a require() of its own':
    "import { createRequire } from 'node:module'; createRequire(__filename)('../ledger/ledger');",
  'import x = require()': "import books = require('../ledger/ledger');",
  'the package’s own name': "import { createLedger } from 'holdfast/ledger';",
  'the package itself': "import { createHoldfastClient } from 'holdfast';",
  'a detour': "import { createLedger } from './.././domain/../ledger/ledger';",
  'a detour over node_modules': "import { createLedger } from '../node_modules/../ledger/ledger';",
  'a link in node_modules': "import { createLedger } from 'linked/ledger/ledger';",
  'what was built': "import { createLedger } from '../dist/ledger/ledger';",
  'an absolute path': "import { createLedger } from 'ROOT/ledger/ledger';",
  'an absolute path elsewhere': `import { createLedger } from '${path.join(ROOT, 'ledger/ledger')}';`,
  'a package’s file by its path': "import { Client } from '../node_modules/pg/lib/index';",
};

/**
 * Imports across the other boundaries: the folder, the import, and the problem; undefined for one
 * that is allowed.
 */
const OTHERS: [folder: string, code: string, problem: RegExp | undefined][] = [
  ['domain', "import { parse } from '../contract/parse';", /by value, which brings zod/],
  ['domain', "import type { Balance } from '../contract/balance';", undefined],
  ['domain', "import { HoldfastError } from '../contract/errors';", undefined],
  ['domain', "import { readFileSync } from 'node:fs';", /imports node:fs/],
  ['domain', "import { readFileSync } from 'fs';", /imports node:fs/],
  ['domain', "import type { Later } from '../unknown/later';", /leads nowhere/],
  [
    'contract',
    "import type { WebConfig } from '../web/web-config';",
    /contract may import nothing of the project/,
  ],
  [
    'contract',
    "import { quote } from '../domain/pricing/quote';",
    /contract may import nothing of the project/,
  ],
  ['config', "import { quote } from '../domain/pricing/quote';", /config may import contract/],
  ['catalog', "import { createLedger } from '../ledger/ledger';", /catalog may import contract/],
  ['providers', "import { createLedger } from '../ledger/ledger';", /providers may import/],
  [
    'ledger',
    "import type { GenerationProvider } from '../providers/generation-provider';",
    /ledger may import/,
  ],
  [
    'activities',
    "import { generationWorkflowId } from '../workflows/messages';",
    /activities may import/,
  ],
  ['activities', "import type { ReadBy } from '../config/variables';", /activities may import/],
  ['workflows', "import { createHoldfastClient } from '../client/client';", /workflows may import/],
  [
    'workflows',
    "import type { ReservationActivities } from '../activities/generation/reservation-activities';",
    /workflows may import/,
  ],
  ['workflows', "import { checkAccountId } from '../contract/ids';", /by value, which brings zod/],
  [
    'workflows/proxies',
    "import type { ReservationActivities } from '../../activities/generation/reservation-activities';",
    undefined,
  ],
  [
    'workflows/proxies',
    "import { createReservationActivities } from '../../activities/generation/reservation-activities';",
    /by value/,
  ],
  ['worker', "import { createServer } from '../web/server';", /worker may import/],
  ['client', "import type { Ledger } from '../ledger/ledger';", /client may import/],
  ['client', "import { Pool } from 'pg';", /imports pg/],
  ['replay', "import { createLedger } from '../ledger/ledger';", /replay may import/],
  ['cli', "import { generationWorkflowId } from '../workflows/messages';", /cli may import/],
  ['cli', "import type { Knex } from 'knex';", /imports knex/],
  ['web', "import type { WorkerConfig } from '../worker/worker-config';", /web may import/],
  ['web', "import { paint } from './element/first-paint';", undefined],
  ['web/element', "import { createServer } from '../server';", /web\/element may import/],
  ['web/element', "import type { WebLimits } from '../http/limits';", /web\/element may import/],
  ['web/element', "import { z } from 'zod';", /imports zod/],
  ['web/element', "import { join } from 'path';", /imports node:path/],
  ['web/element', "import { checkAccountId } from '../../contract/ids';", /by value/],
  ['web/element', "import type { Balance } from '../../contract/balance';", undefined],
  ['ledger', "import { eventually } from '../test/support/eventually';", /ledger may import/],
  ['cli', "import { isBusy } from '../scripts/stack/processes';", /cli may import/],
  ['web', "import { percentile } from '../bench/rounds';", /web may import/],
  ['scripts', "import { eventually } from '../test/support/eventually';", /scripts may import/],
  ['scripts', "import { percentile } from '../bench/rounds';", /scripts may import/],
  ['scripts', "import { purchaseWorkflowId } from '../workflows/messages';", /scripts may import/],
  ['scripts', "import { isAlive } from './stack/processes';", undefined],
  [
    'scripts/stack',
    "import { createServer } from '../../web/server';",
    /scripts\/stack may import/,
  ],
  ['scripts/stack', "import { fillDemoAccount } from '../dev/demo-account';", /scripts\/stack may/],
  [
    'scripts/before-install',
    "import { build } from 'esbuild';",
    /takes no packages but node:, jest/,
  ],
  [
    'scripts/before-install',
    "import { parse } from '../../contract/parse';",
    /scripts\/before-install may import config/,
  ],
  ['scripts/before-install', 'export const later = (name: string) => require(name);', undefined],
  ['bench', "import { runWith } from '../cli/run';", /bench may import/],
  ['bench', "import { eventually } from '../test/support/eventually';", /bench may import/],
  ['bench', "import { startStack } from '../scripts/stack/stack';", undefined],
  ['bench', "import { fillDemoAccount } from '../scripts/dev/demo-account';", /bench may import/],
  ['bin', "import { createLedger } from '../ledger/ledger';", /bin may import/],
  ['test/support', "import { percentile } from '../../bench/rounds';", undefined],
  ['test/support', "import { createLedger } from '../../ledger/ledger';", undefined],
];

describe('the check of the boundaries', () => {
  let copy: string;
  let problems: string[];
  const names = new Map<string, string>();

  function write(folder: string, code: string): string {
    const file = path.posix.join(folder, `trespass-${names.size}.ts`);
    writeFileSync(path.join(copy, file), `${code.replace('ROOT', copy)}\n`);
    names.set(`${folder}: ${code}`, file);
    return file;
  }

  const of = (folder: string, code: string) => {
    const file = names.get(`${folder}: ${code}`);
    return problems.filter((line) => line.startsWith(`${file}: `));
  };

  beforeAll(async () => {
    copy = mkdtempSync(path.join(tmpdir(), 'holdfast-boundaries-'));
    for (const folder of new Set(Object.keys(BOUNDARIES).map((name) => name.split('/')[0] ?? ''))) {
      cpSync(path.join(ROOT, folder), path.join(copy, folder), { recursive: true });
    }
    cpSync(path.join(ROOT, 'package.json'), path.join(copy, 'package.json'));
    mkdirSync(path.join(copy, 'node_modules'));
    symlinkSync('..', path.join(copy, 'node_modules', 'linked'));
    for (const code of Object.values(WAYS)) write('domain', code);
    for (const [folder, code] of OTHERS) write(folder, code);
    problems = await problemsOf(copy);
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test('finds nothing in the checkout', async () => {
    expect(await problemsOf(ROOT)).toEqual([]);
  });

  test.each(Object.entries(WAYS))('finds an import from domain to ledger that is %s', (_, code) => {
    expect(of('domain', code)).not.toEqual([]);
  });

  const refused = OTHERS.filter(([, , problem]) => problem !== undefined);
  test.each(refused)('refuses in %s: %s', (folder, code, problem) => {
    expect(of(folder, code)).toEqual(
      expect.arrayContaining([expect.stringMatching(problem as RegExp)]),
    );
  });

  const allowed = OTHERS.filter(([, , problem]) => problem === undefined);
  test.each(allowed)('allows in %s: %s', (folder, code) => {
    expect(of(folder, code)).toEqual([]);
  });

  test('finds problems in the planted files alone', () => {
    expect(problems.filter((line) => !line.includes('/trespass-'))).toEqual([]);
  });

  test('uses the boundaries that ARCHITECTURE.md shows', () => {
    const rows = [
      ...readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8').matchAll(
        /^\| `([\w/-]+)\/` \|.*\| (.*) \|$/gm,
      ),
    ];
    const shown = Object.fromEntries(rows.map(([, folder, words]) => [folder, words]));
    const declared = Object.entries(BOUNDARIES).map(([folder, boundary]) => [
      folder,
      mayImportInWords(boundary),
    ]);
    expect(shown).toEqual(Object.fromEntries(declared));
  });
});
