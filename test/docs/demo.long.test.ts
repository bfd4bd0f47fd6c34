import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { demoIn, environment } from './demo-shown';
import { ROOT, read } from './markdown';

const DEMO = read('docs/tutorial/demo.md');

/** Order among the six that run at once, times and the account's name differ from run to run. */
function withoutAccidents(output: string): string[] {
  const journal = /^ +\d+ {2}(\d{4}-\d\d-\d\d \S+) {2}(\w+).* (request|grant) (.*)$/;
  return output
    .split('\n')
    .map((line) => line.replace(journal, '<entry> $2 $3 $4'))
    .map((line) =>
      line
        .replaceAll(/acme-\w+/g, 'acme')
        .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, '<time>')
        .trimEnd(),
    )
    .sort();
}

/** Its billing cycles last seconds; on a busy machine one may be over before the story is so far. */
const DEMO_ATTEMPTS_MAX = 3;

function storyOfDemo(): string {
  let failure = '';
  for (let attempt = 1; attempt <= DEMO_ATTEMPTS_MAX; attempt += 1) {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [join(ROOT, 'scripts', 'before-install', 'run.js'), 'demo'],
      { cwd: ROOT, env: environment(), encoding: 'utf8' },
    );
    if (status === 0) return stdout.slice(stdout.indexOf('1. Account')).trimEnd();
    failure = `The demo ended with ${status}: ${stderr}`;
  }
  throw new Error(failure);
}

test('docs/tutorial/demo.md is what the demo prints, and it leaves nothing running', () => {
  expect(withoutAccidents(storyOfDemo())).toEqual(withoutAccidents(demoIn(DEMO)));
});
