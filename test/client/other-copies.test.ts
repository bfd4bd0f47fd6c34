import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, type Connection } from '@temporalio/client';
import { build } from 'esbuild';
import { createHoldfastClient } from '../../client/client';
import { holdfastCodecOf } from '../../codec/payload-codec';
import { HoldfastError } from '../../contract/errors';
import { newKey } from '../codec/keys';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';

const ROOT = path.join(__dirname, '../..');
const ACCOUNT = uniqueId('copies');
const IMAGE = { accountId: ACCOUNT, kind: 'text-to-image' };

type Temporal = { Client: typeof Client; Connection: typeof Connection };

let holdfast: Holdfast;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-copies-'));
  holdfast = await openHoldfast();
  await holdfast.fund(ACCOUNT, 100);
  await holdfast.startWorker();
});
afterAll(async () => {
  await holdfast.closeSettled();
  rmSync(folder, { recursive: true });
});

/** A second copy of Temporal's client, as npm installs it beside Holdfast's. */
function installedCopy(): Temporal {
  const { name, dependencies } = require('@temporalio/client/package.json');
  const modules = path.join(folder, 'installed', 'node_modules');
  for (const dependency of Object.keys(dependencies)) {
    mkdirSync(path.dirname(path.join(modules, dependency)), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules', dependency), path.join(modules, dependency));
  }
  const copy = path.join(modules, name);
  cpSync(path.join(ROOT, 'node_modules', name), copy, { recursive: true, dereference: true });
  return require(copy);
}

/** What a product's bundle holds. Jest leaves what lies in `node_modules` as it is. */
async function bundleOf<Exports>(name: string, exports: string): Promise<Exports> {
  const outfile = path.join(folder, 'node_modules', `${name}.js`);
  await build({
    stdin: { contents: exports, resolveDir: ROOT, loader: 'ts' },
    ...{ bundle: true, platform: 'node', outfile, logLevel: 'silent', minify: true },
  });
  // Copies of zod share a registry, in which this one would take the schemas of the sources away
  // from the other test files of the process.
  const shared = globalThis as { __zod_globalRegistry?: unknown };
  const { __zod_globalRegistry: registry } = shared;
  shared.__zod_globalRegistry = undefined;
  try {
    return require(outfile);
  } finally {
    shared.__zod_globalRegistry = registry;
  }
}

const TEMPORAL = "export { Client, Connection } from '@temporalio/client';";
const COPIES: [name: string, load: () => Temporal | Promise<Temporal>][] = [
  ['installed beside Holdfast', installedCopy],
  ['in a bundle', () => bundleOf<Temporal>('temporal', TEMPORAL)],
];

test.each(COPIES)(
  'a client of another copy of Temporal’s is refused before anything is sent: %s',
  async (_, load) => {
    const copy = await load();
    const { address, namespace, taskQueue } = holdfast.temporal;
    const connection = await copy.Connection.connect({ address });
    try {
      const temporal = new copy.Client({ connection, namespace });
      expect(temporal).not.toBeInstanceOf(Client);
      const { ledger } = holdfast;
      expect(() => createHoldfastClient({ temporal, ledger, taskQueue })).toThrow(
        expect.objectContaining({
          code: 'TEMPORAL_CLIENT_FOREIGN',
          message: expect.stringContaining('npm ls @temporalio/client'),
        }),
      );
    } finally {
      await connection.close();
    }
  },
);

test('something that is no client is refused in the same words', () => {
  for (const temporal of [undefined, {}, { workflow: {} }] as unknown as Client[])
    expect(() => createHoldfastClient({ temporal })).toThrow(
      expect.objectContaining({ code: 'TEMPORAL_CLIENT_FOREIGN' }),
    );
});

describe('a bundle of Holdfast’s client with Temporal’s', () => {
  type Bundle = Temporal & {
    createHoldfastClient: typeof createHoldfastClient;
    createPayloadCodec: typeof import('../../client/client').createPayloadCodec;
    HoldfastError: typeof HoldfastError;
  };
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await bundleOf<Bundle>('product', `${TEMPORAL} export * from './client/client';`);
  });

  test('runs a generation, with a ledger of Holdfast outside of the bundle', async () => {
    const { address, namespace, taskQueue } = holdfast.temporal;
    const connection = await bundle.Connection.connect({ address });
    const temporal = new bundle.Client({ connection, namespace });
    const client = bundle.createHoldfastClient({
      ...{ temporal, taskQueue, ledger: holdfast.ledger },
    });
    const request = { ...IMAGE, requestId: 'bundled' };
    expect(await client.generations.start(request)).toMatchObject({ status: 'admitted' });
    expect(await client.generations.result(ACCOUNT, 'bundled')).toMatchObject({ charged: 2 });
    // The error comes from the ledger outside, and is told as the bundle tells its own.
    const poor = { ...IMAGE, kind: 'no-such-kind', requestId: 'unknown' };
    await expect(client.generations.start(poor)).rejects.toBeInstanceOf(bundle.HoldfastError);
    await connection.close();
  });

  test('shares its errors and its codec with another copy of Holdfast', () => {
    expect(bundle.HoldfastError).not.toBe(HoldfastError);
    expect(new bundle.HoldfastError('INTERNAL', 'x')).toBeInstanceOf(HoldfastError);
    expect(new Error('x')).not.toBeInstanceOf(HoldfastError);
    const codec = bundle.createPayloadCodec([newKey('k1')]);
    expect(holdfastCodecOf([codec])).toBe(codec);
  });
});
