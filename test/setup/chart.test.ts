import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020';
import { parse } from 'yaml';
import { fileOf } from '../../config/secret-files';
import type { Process } from '../../config/setting';
import { namesReadBy, SECRETS } from '../../config/variables';
import schema from '../../deploy/helm/values.schema.json';
import { version } from '../../package.json';

const { withTable }: { withTable: (page: string, values: string) => string } =
  require('../../scripts/helm/write-table');

const CHART = join(__dirname, '..', '..', 'deploy', 'helm');
const read = (file: string) => readFileSync(join(CHART, file), 'utf8');

const TEMPLATES = readdirSync(join(CHART, 'templates'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  .join('\n');

/** What the chart sets by values of its own. */
const MANAGED = [...TEMPLATES.matchAll(/name: (HOLDFAST_\w+)/g)].map(([, name]) => name);

/** Of the codec server, and of a command line that asks a web process from outside. */
const ELSEWHERE = ['HOLDFAST_CODEC_SERVER_SECRET', 'HOLDFAST_TOKEN'];

/** Temporal's key comes with the secrets. */
const isSettable = (name: string) =>
  ![...MANAGED, ...SECRETS, 'HOLDFAST_TEMPORAL_API_KEY_FILE'].includes(name);

const settable = (process: Process) => namesReadBy(process).filter(isSettable).sort();

function named(definition: keyof typeof schema.$defs): string[] {
  const found = schema.$defs[definition] as { propertyNames?: { enum: string[] } };
  return [...(found.propertyNames?.enum ?? [])].sort();
}

describe('the chart’s values', () => {
  test('may set every variable that a process reads, without secrets and what the chart sets', () => {
    expect(MANAGED.length).toBeGreaterThan(5);
    expect(named('webSettings')).toEqual(settable('web'));
    expect(named('workflowSettings')).toEqual(settable('worker'));
  });

  test('set for workers of generations only what these can use', () => {
    const ofWorkflows = /^HOLDFAST_(WEBHOOK|VERIFY|PROOF|GRANT|PAYMENTS|STRIPE|BILLING)/;
    const common = settable('worker').filter((name) => !ofWorkflows.test(name));
    expect(named('workerSettings')).toEqual(common);
    expect(named('generationSettings')).toEqual(
      common.filter((name) => !name.startsWith('HOLDFAST_DATABASE_')),
    );
  });

  test('have a place for every secret of the processes that it runs', () => {
    const files = [...TEMPLATES.matchAll(/^(\w+_FILE): \w+$/gm)].map(([, name]) => name);
    const expected = SECRETS.filter((name) => !ELSEWHERE.includes(name)).map(fileOf);
    expect([...new Set(files)].sort()).toEqual(
      [...expected, 'HOLDFAST_TEMPORAL_API_KEY_FILE'].sort(),
    );
  });

  test('are themselves what the schema takes', () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
    validate(parse(read('values.yaml')));
    expect(validate.errors ?? []).toEqual([]);
  });

  test('stand in its README as values.yaml has them; otherwise run scripts/helm/write-table.js', () => {
    const page = read('README.md');
    expect(page).toBe(withTable(page, read('values.yaml')));
    expect(page.split('\n').length).toBeGreaterThan(100);
  });
});

test('the chart has the version of what it runs', () => {
  expect(parse(read('Chart.yaml'))).toMatchObject({ version, appVersion: version });
});
