import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { Command } from 'commander';
import type { OpenAPIV3_1 } from 'openapi-types';
import type { Run } from '../../cli/command';
import { createProgram } from '../../cli/program';
import { createHoldfastClient } from '../../client/client';
import { FUNCTIONS } from '../../ledger/functions';
import { methodsOfClient } from '../support/client-methods';
import { openWeb } from '../web/harness';
import { ROOT, read, tableOf } from './markdown';

const PAGE = read('docs/glossary.md');
const LAYERS = ['SQL', 'TypeScript', 'HTTP', 'CLI'] as const;
type Layer = (typeof LAYERS)[number];

const ACCOUNT_PATH = '/v1/accounts/{accountId}';

const SOURCES = [
  ...['activities', 'catalog', 'cli', 'client', 'config', 'contract', 'domain', 'ledger'],
  ...['providers', 'replay', 'telemetry', 'testing', 'tokens', 'web', 'worker', 'workflows'],
];

function sourceOf(ending: string): string {
  return SOURCES.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith(ending))
      .map((file) => read(join(folder, file))),
  ).join('\n');
}

const SQL = sourceOf('.sql');
const TYPESCRIPT = sourceOf('.ts');

const connection = Connection.lazy();
const client = createHoldfastClient({ temporal: new Client({ connection }) });
afterAll(() => connection.close());

const never: Run = () => async () => {
  throw new Error('Help runs nothing.');
};
const PROGRAM = createProgram(never, () => {});

function commandsOf(program: Command): string[] {
  return program.commands.flatMap((command) => {
    const subs = command.commands.map((sub) => `holdfast ${command.name()} ${sub.name()}`);
    return [`holdfast ${command.name()}`, ...subs];
  });
}

const HELP = [PROGRAM, ...PROGRAM.commands.flatMap((one) => [one, ...one.commands])]
  .map((command) => command.helpInformation())
  .join('\n');
const COMMANDS = commandsOf(PROGRAM);

/** `GET /balance` */
let routes: string[];
let document: string;
beforeAll(async () => {
  const web = await openWeb();
  try {
    const openapi = (await (await fetch(`${web.url}/openapi.json`)).json()) as OpenAPIV3_1.Document;
    document = JSON.stringify(openapi);
    routes = Object.entries(openapi.paths ?? {}).flatMap(([path, methods]) =>
      Object.keys(methods ?? {}).map(
        (method) => `${method.toUpperCase()} ${path.replace(ACCOUNT_PATH, '')}`,
      ),
    );
  } finally {
    await web.close();
  }
});

const isWordOf = (text: string, name: string) =>
  new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text);

const FOUND: Record<Layer, (name: string) => boolean> = {
  SQL: (name) => isWordOf(SQL, name),
  TypeScript: (name) =>
    name.includes('.') ? methodsOfClient(client).includes(name) : isWordOf(TYPESCRIPT, name),
  HTTP: (name) => (name.includes(' ') ? routes.includes(name) : document.includes(`"${name}"`)),
  CLI: (name) =>
    name.startsWith('holdfast ')
      ? COMMANDS.includes(name)
      : new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(HELP),
};

const namesIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

interface Row {
  term: string;
  meaning: string;
  names: Record<Layer, string[]>;
}

function rowsUnder(heading: string): Row[] {
  const [, section = ''] = PAGE.split(`\n## ${heading}\n`);
  const header = '| term | meaning | SQL | TypeScript | HTTP | CLI |';
  return tableOf(section, header).map(([term = '', meaning = '', ...cells]) => ({
    term,
    meaning,
    names: Object.fromEntries(
      LAYERS.map((layer, index) => [layer, namesIn(cells[index])]),
    ) as Row['names'],
  }));
}

const NOUNS = rowsUnder('Nouns');
const VERBS = rowsUnder('Verbs');
const ROWS = [...NOUNS, ...VERBS];
const DIFFERENT = tableOf(PAGE, '| name | where | layer | what it means | term |');

const allOf = (layer: Layer) => new Set(ROWS.flatMap(({ names }) => names[layer]));

test.each(ROWS)('$term: every name is in the code of its layer', ({ names }) => {
  const missing = LAYERS.flatMap((layer) =>
    names[layer].filter((name) => !FOUND[layer](name)).map((name) => `${layer}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test.each(DIFFERENT)('%s, %s of %s: the name is in the code', (name, _, layer) => {
  const [bare = ''] = namesIn(name);
  expect({ bare, layer, found: FOUND[layer as Layer](bare) }).toEqual({ bare, layer, found: true });
});

test('every name that differs leads to a term of the tables', () => {
  const terms = new Set(ROWS.map(({ term }) => term));
  expect(DIFFERENT.map((cells) => cells[4] ?? '').filter((term) => !terms.has(term))).toEqual([]);
});

test('a term stands once among the nouns and once among the verbs, and has a meaning', () => {
  for (const rows of [NOUNS, VERBS]) {
    const terms = rows.map(({ term }) => term);
    expect(terms).toEqual([...new Set(terms)]);
    expect(rows.filter(({ meaning }) => meaning.length < 10)).toEqual([]);
  }
});

test('a command and a method of the client that mean two things stand in the table of those', () => {
  const listed = new Set(DIFFERENT.flatMap(([name]) => namesIn(name)));
  const uses = VERBS.flatMap(({ names }) => [...names.CLI, ...names.TypeScript]);
  const twice = uses.filter((name, index) => uses.indexOf(name) !== index);
  const said = ['Ctrl-C cancels', 'holdfast doctor'];
  expect(twice.filter((name) => !listed.has(name) && !said.includes(name))).toEqual([]);
});

describe('the glossary leaves out no', () => {
  test('table of the ledger', () => {
    const tables = [...SQL.matchAll(/^CREATE TABLE holdfast\.(\w+)/gm)].map(
      ([, name = '']) => name,
    );
    expect(tables.length).toBeGreaterThan(15);
    expect(tables.filter((name) => !allOf('SQL').has(name))).toEqual([]);
  });

  test('function that the ledger’s role may call', () => {
    const names = Object.entries(FUNCTIONS)
      .map(([name, { sqlName }]) => sqlName ?? name)
      .filter((name) => !['instant', 'last_version_before', 'versions_of_request'].includes(name));
    expect(names.length).toBeGreaterThan(60);
    expect(names.filter((name) => !allOf('SQL').has(name))).toEqual([]);
  });

  test('method of the client', () => {
    const reading = ['balance', 'history', 'usage', 'waiting', 'notices'];
    const methods = methodsOfClient(client).filter((name) => !reading.includes(name));
    expect(methods.length).toBeGreaterThan(30);
    expect(methods.filter((name) => !allOf('TypeScript').has(name))).toEqual([]);
  });

  test('operation of the HTTP API', () => {
    expect(routes.length).toBeGreaterThan(20);
    expect(routes.filter((name) => !allOf('HTTP').has(name))).toEqual([]);
  });

  test('command', () => {
    expect(COMMANDS.length).toBeGreaterThan(30);
    expect(COMMANDS.filter((name) => !allOf('CLI').has(name))).toEqual([]);
  });
});
