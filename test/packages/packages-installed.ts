import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { startWorkerProcess, type WorkerProcess } from '../workflows/worker-process';
import { PRINTED, PRODUCT_CJS, PRODUCT_ESM } from './product';
import { Project, type Tarballs } from './project';

const ROOT = join(__dirname, '..', '..');
const PEERS = ['@temporalio/client@1.24.0', '@temporalio/common@1.24.0'];
const SIZE_KB_MAX = 50 * 1024;

let out: string;
let tarballs: Tarballs;
let holdfast: Holdfast;
let server: Project;
let worker: WorkerProcess;
let product: Project;
beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'holdfast-packages-'));
  const printed = execFileSync('npm', ['run', '--silent', 'pack', '--', '--out', out], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const [first = '', second = ''] = printed.trim().split('\n');
  tarballs = { server: first, client: second };
  server = await Project.create();
  await server.npm('install', tarballs.server);
  product = await Project.create();
  await product.npm('install', tarballs.client, ...PEERS);
  holdfast = await openHoldfast();
  const main = join(server.folder, 'node_modules', 'holdfast', 'dist', 'worker', 'main.js');
  worker = await startWorkerProcess(holdfast, {}, main);
});
afterAll(async () => {
  await worker.kill();
  await holdfast.closeSettled();
  await Promise.all([server.remove(), product.remove()]);
  rmSync(out, { recursive: true });
});

function environment(): NodeJS.ProcessEnv {
  const { temporal, database, config } = holdfast;
  return {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    DATABASE_URL: database.webUrl,
    TASK_QUEUE: config.taskQueue,
    REQUEST: uniqueId('request'),
  };
}

async function expectGeneration(project: Project, file: string, node?: string): Promise<void> {
  const printed = await project.exec('node', [file], { env: environment(), node });
  expect(JSON.parse(printed)).toEqual(PRINTED);
}

test('the client comes without worker, HTTP server and drivers, in 50 MB', () => {
  const modules = join(product.folder, 'node_modules');
  const [sizeKb = ''] = execFileSync('du', ['-sk', modules], { encoding: 'utf8' }).split('\t');
  expect(Number(sizeKb)).toBeLessThanOrEqual(SIZE_KB_MAX);
  expect(readdirSync(join(modules, '@temporalio')).sort()).toEqual(['client', 'common', 'proto']);
  for (const name of ['fastify', 'knex', 'pg', 'commander', 'pino'])
    expect(readdirSync(modules)).not.toContain(name);
});

test('the command of an installed package runs as it is', async () => {
  const quote = ['quote', 'ai-avatar', '--seconds', '10', '--json'];
  expect(JSON.parse(await server.exec('npx', ['holdfast', ...quote]))).toMatchObject({
    credits: 4,
  });
});

test('a service in CommonJS and one in ES modules generate', async () => {
  await product.npm('install', 'pg@8');
  await product.write('product.cjs', PRODUCT_CJS);
  await product.write('product.mjs', PRODUCT_ESM);
  await expectGeneration(product, 'product.cjs');
  await expectGeneration(product, 'product.mjs');
});

test.each(['20.19', '22', '24'])('a service generates on Node %s', async (version) => {
  const runtime = await Project.create();
  const { platform, arch } = process;
  await runtime.npm('install', `node-${platform}-${arch}@${version}`);
  const node = join(runtime.folder, 'node_modules', `node-${platform}-${arch}`, 'bin');
  await expectGeneration(product, 'product.cjs', node);
  const spoken = await server.exec('npx', ['holdfast', 'quote', 'text-to-image'], { node });
  expect(spoken).toContain('2 credits');
  await runtime.remove();
});

test('a service that pnpm has installed generates', async () => {
  const project = await Project.create();
  await project.npm('install', 'pnpm@10');
  const pnpm = join(project.folder, 'node_modules', '.bin', 'pnpm');
  const strict = await Project.create();
  await strict.exec(pnpm, ['add', tarballs.client, ...PEERS, 'pg@8']);
  await strict.write('product.cjs', PRODUCT_CJS);
  await expectGeneration(strict, 'product.cjs');
  await Promise.all([project.remove(), strict.remove()]);
});

test.each(['1.23.0', '1.24.0'])('a service with Temporal %s generates', async (version) => {
  const project = await Project.create();
  const peers = ['client', 'common'].map((name) => `@temporalio/${name}@${version}`);
  await project.npm('install', tarballs.client, ...peers, 'pg@8');
  await project.write('product.cjs', PRODUCT_CJS);
  await expectGeneration(project, 'product.cjs');
  await project.remove();
});

test('bundles by esbuild and webpack generate', async () => {
  await product.npm('install', 'esbuild@0.25', 'webpack@5', 'webpack-cli@6');
  const bundled = ['--bundle', '--platform=node', '--outfile=esbuild.cjs', '--log-level=warning'];
  await product.exec('npx', ['esbuild', 'product.mjs', ...bundled]);
  await expectGeneration(product, 'esbuild.cjs');
  const target = ['--target', 'node', '--mode', 'production'];
  const output = ['--output-path', '.', '--output-filename', 'webpack.cjs'];
  await product.exec('npx', ['webpack', './product.mjs', ...target, ...output]);
  await expectGeneration(product, 'webpack.cjs');
});

const TYPED = `
import { createHoldfastClient, type HoldfastClient, HoldfastError } from '@holdfast/client';
import { createLedger } from '@holdfast/client/ledger';
import type { Client } from '@temporalio/client';

export async function price(temporal: Client): Promise<number> {
  const ledger = createLedger({ databaseUrl: 'postgres://localhost/holdfast' });
  const holdfast: HoldfastClient = createHoldfastClient({ temporal, ledger });
  const { credits } = await holdfast.quote({ kind: 'text-to-image' });
  // @ts-expect-error: a request has an account
  holdfast.generations.start({ requestId: 'r', kind: 'text-to-image' }).catch(HoldfastError.of);
  return credits;
}
`;

test.each([
  ['node16', 'node16', 'cts'],
  ['nodenext', 'nodenext', 'mts'],
  ['esnext', 'bundler', 'ts'],
])('types hold by modules %s, resolved as %s, in our declarations too', async (...given) => {
  const [module, moduleResolution, ending] = given;
  await product.npm('install', 'typescript@5', '@types/node@20', '@types/pg@8');
  const file = `typed-${module}.${ending}`;
  await product.write(file, TYPED);
  const compilerOptions = {
    module,
    moduleResolution,
    target: 'es2023',
    strict: true,
    noEmit: true,
  };
  const config = { compilerOptions: { ...compilerOptions, types: ['node'] }, files: [file] };
  await product.write('tsconfig.json', JSON.stringify(config));
  const printed = await product.exec('npx', ['tsc']).catch(({ message }: Error) => message);
  const ours = printed.split('\n').filter((line) => /^(typed|node_modules\/@holdfast)/.test(line));
  expect(ours).toEqual([]);
  const read = await product.exec('npx', ['tsc', '--listFilesOnly']);
  expect(read).toContain('node_modules/@holdfast/client/dist/client/client.d.ts');
});
