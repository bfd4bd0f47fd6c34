import { parse } from 'yaml';
import { markdownFiles, read } from './markdown';

const { scripts, engines }: { scripts: Record<string, string>; engines: { node: string } } =
  JSON.parse(read('package.json'));

interface Step {
  run?: string;
}
interface Workflow {
  jobs: Record<string, { steps: Step[]; strategy?: { matrix: { node: string[] } } }>;
}
const CI: Workflow = parse(read('.github/workflows/ci.yml'));

test('the CI workflow runs the two commands on the oldest Node that is supported, on 22 and on 24', () => {
  const { steps, strategy } = CI.jobs.commands ?? { steps: [] };
  expect(strategy?.matrix.node).toEqual([engines.node.replace('>=', ''), '22', '24']);
  expect(steps.map(({ run }) => run)).toEqual(
    expect.arrayContaining(['npm ci', 'npm test', 'npm run demo']),
  );
});

test('.nvmrc, the image and the dev container have the same Node', () => {
  const version = read('.nvmrc').trim();
  expect(version).toBe('22');
  const stages = [...read('Dockerfile').matchAll(/^FROM node:(\d+)/gm)].map(([, major]) => major);
  expect(stages).toEqual([version, version, version]);
  expect(JSON.parse(read('.devcontainer/devcontainer.json')).image).toContain(`:${version}-`);
});

test('every script that a document or the CI workflow runs is in package.json', () => {
  const texts = [
    ...markdownFiles().filter((file) => file !== 'CHANGELOG.md'),
    '.github/workflows/ci.yml',
    '.devcontainer/devcontainer.json',
  ];
  const named = texts.flatMap((file) =>
    [...read(file).matchAll(/\bnpm run (?:-s |--silent )?([a-z]+(?::[a-z]+)*)\b/g)].map(
      ([, name]) => name,
    ),
  );
  expect(named.length).toBeGreaterThan(10);
  expect([...new Set(named)].filter((name) => !(String(name) in scripts))).toEqual([]);
});

test('the ignored dependencies of Dependabot are ones that docs/explanation/dependencies.md gives a reason for', () => {
  const { updates } = parse(read('.github/dependabot.yml'));
  const page = read('docs/explanation/dependencies.md');
  const ignored = (updates[0].ignore as { 'dependency-name': string }[]).map(
    (one) => one['dependency-name'],
  );
  expect(ignored.length).toBeGreaterThan(0);
  expect(ignored.filter((name) => !page.includes(`| \`${name}\` | `))).toEqual([]);
});
