import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { testServers } from '../support/test-servers';

const ROOT = path.join(__dirname, '..', '..');
/**
 * The size in November 2026, in bytes. Every cached workflow keeps a copy of this code, and every
 * start runs it.
 */
const BUNDLE_BYTES = 878_372;
const GROWTH_MAX = 1.1;

/** The code of the bundle, without the source map. */
function bundledCode(): string {
  const [code = ''] = readFileSync(testServers().workflowBundlePath, 'utf8').split(
    '//# sourceMappingURL=',
  );
  return code;
}

const bytes = Buffer.byteLength(bundledCode());

test(`the workflow bundle, of ${bytes} bytes, has grown by a tenth at most`, () => {
  expect(bytes).toBeLessThanOrEqual(BUNDLE_BYTES * GROWTH_MAX);
});

test('the workflow bundle holds no schema library', () => {
  const code = bundledCode();
  expect(code.match(/node_modules\/@temporalio\/workflow\b/g)).not.toBeNull();
  expect(new Set(code.match(/node_modules\/zod\b/g))).toEqual(new Set());
});

/** The files of a folder with their run-time imports; type imports are none. */
async function neededBy(folder: string): Promise<Metafile> {
  const entryPoints = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));
  const { metafile } = await build({
    entryPoints,
    absWorkingDir: ROOT,
    ...{
      bundle: true,
      write: false,
      outdir: 'unused',
      metafile: true,
      platform: 'node',
      packages: 'external',
    },
  });
  return metafile;
}

test.each(['workflows', 'domain'])('no file in %s/ needs a schema when it runs', async (folder) => {
  const { inputs } = await neededBy(folder);
  const files = Object.entries(inputs).filter(([file]) => file.startsWith(`${folder}/`));
  expect(files.length).toBeGreaterThan(10);
  const holdsSchemas = (file: string, seen = new Set<string>()): boolean => {
    if (seen.has(file)) return false;
    seen.add(file);
    return (inputs[file]?.imports ?? []).some(
      ({ path: name }) => name === 'zod' || holdsSchemas(name, seen),
    );
  };
  const values = files.flatMap(([file, { imports }]) =>
    imports
      .filter(({ path: name }) => holdsSchemas(name))
      .map(({ path: name }) => `${file} imports ${name}`),
  );
  expect(values).toEqual([]);
});
