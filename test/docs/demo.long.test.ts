import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { demoIn, environment } from './demo-shown';
import { ROOT, read } from './markdown';
import { linesOf, type PrintedLine, recordingOf } from './recording';

const DEMO = read('docs/tutorial/demo.md');
const RECORDING = 'docs/images/demo.svg';

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

async function runDemo(): Promise<{ lines: PrintedLine[]; said: string; status: number | null }> {
  const demo = spawn(
    process.execPath,
    [join(ROOT, 'scripts', 'before-install', 'run.js'), 'demo'],
    { cwd: ROOT, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<number | null>((resolve) => demo.on('close', resolve));
  let said = '';
  demo.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const lines: PrintedLine[] = [];
  let firstMs: number | undefined;
  for await (const text of createInterface({ input: demo.stdout })) {
    if (firstMs === undefined && !text.startsWith('1. Account')) continue;
    firstMs ??= performance.now();
    lines.push({ text, atMs: performance.now() - firstMs });
  }
  return { lines, said, status: await ended };
}

async function storyOfDemo(): Promise<PrintedLine[]> {
  let failure = '';
  for (let attempt = 1; attempt <= DEMO_ATTEMPTS_MAX; attempt += 1) {
    const { lines, said, status } = await runDemo();
    if (status === 0) return lines;
    failure = `The demo ended with ${status}: ${said}`;
  }
  throw new Error(failure);
}

/** `npm run recording` keeps the picture. */
test('docs/tutorial/demo.md and the recording are what the demo prints, and it leaves nothing running', async () => {
  const story = await storyOfDemo();
  const printed = withoutAccidents(story.map(({ text }) => text).join('\n'));
  const prompt = { text: '$ npm run demo', atMs: 0 };
  if (process.env.KEEP_RECORDING) {
    writeFileSync(join(ROOT, RECORDING), recordingOf('npm run demo', [prompt, ...story]));
  }
  expect(printed).toEqual(withoutAccidents(demoIn(DEMO)));
  const recorded = linesOf(read(RECORDING)).slice(1);
  expect(withoutAccidents(recorded.join('\n'))).toEqual(printed);
});
