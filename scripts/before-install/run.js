'use strict';

// What `npm run …` and `npm test` start. It installs and builds what is missing, then runs the
// target in this process: a parent process would take the signals that the target has to clean up
// after.

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { DIST, ROOT, prepare, say } = require('./checkout');

const TARGETS = {
  bench,
  browser,
  build,
  chaos,
  check,
  demo,
  dev,
  drill,
  example,
  fuzz,
  'fuzz:hot': fuzzHot,
  'fuzz:http': fuzzHttp,
  'fuzz:inputs': fuzzInputs,
  recording,
  screenshots,
  test,
  'test:long': testLong,
};

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Holdfast needs Node 20.19 or later; this is ${process.versions.node}.`);
  }
}

function runScript(file, args) {
  const script = path.join(DIST, file);
  process.argv = [process.argv[0], script, ...args];
  require(script);
}

async function build() {
  await prepare({ built: true });
}

async function bench(args) {
  await prepare({ built: true });
  runScript('bench/main.js', args);
}

async function browser(args) {
  await prepare({ built: true });
  runScript('scripts/browser.js', args);
}

/** Kills and disturbs everything under load, and compares all books afterwards. */
async function chaos(args) {
  await prepare({ built: true });
  runScript('scripts/chaos/main.js', args);
}

async function demo(args) {
  await prepare({ built: true });
  runScript('scripts/demo.js', args);
}

/** A product beside the stack, with Holdfast's client as a customer installs it. */
async function example(args) {
  await prepare({ built: true });
  runScript('scripts/example.js', args);
}

async function drill(args) {
  await prepare({ built: true });
  runScript('scripts/restore-drill.js', args);
}

async function dev(args) {
  await prepare({ built: true });
  runScript('scripts/dev.js', args);
}

/** Runs a file of test/model, which is too long for the tests. */
async function runModel(file, args) {
  await prepare({ built: false });
  Object.assign(process.env, { FUZZ: file, FUZZ_ARGUMENTS: JSON.stringify(args) });
  await require('jest').run(['--config', 'test/model/jest.fuzz.config.js', '--runInBand']);
}

/** Compares the ledger with a model of docs/rules.md, by random operations. */
async function fuzz(args) {
  await runModel('fuzz', args);
}

/** Hands bad values to everything that takes values. */
async function fuzzInputs(args) {
  await runModel('fuzz-inputs', args);
}

/** Lets many clients use one balance, and holds it to what they were told. */
async function fuzzHot(args) {
  await runModel('fuzz-hot', args);
}

/** Sends generated requests to the HTTP API, and holds its answers to its OpenAPI document. */
async function fuzzHttp(args) {
  await prepare({ built: true });
  runScript('scripts/fuzz-http.js', args);
}

async function test(args) {
  await prepare({ built: true });
  await require('jest').run(args);
}

/** Runs the tests that take more than ten seconds of CPU time by their nature. */
async function testLong(args) {
  await test(['--config', 'jest.long.config.js', ...args]);
}

/** Records the demo for README, with the test that compares it with what the demo prints. */
async function recording(args) {
  process.env.KEEP_RECORDING = 'true';
  await testLong(['test/docs/demo', ...args]);
}

/** Takes the pictures of README and docs, with the tests that check that they can be taken. */
async function screenshots(args) {
  process.env.SCREENSHOTS_FOLDER = path.join(ROOT, 'docs', 'images');
  await test(['test/web/browser/screenshots', 'test/telemetry/traces/picture', ...args]);
}

/** Runs every step even after a failed one, so that one run shows everything that is wrong. */
async function check(args) {
  await prepare({ built: false });
  const installed = (command) => path.join('node_modules', '.bin', command);
  const steps = [
    ['Lint', installed('biome'), ['ci', '.']],
    ['Boundaries', process.execPath, [path.join('scripts', 'boundaries', 'check.js')]],
    ['Style of SQL', process.execPath, [path.join('scripts', 'sql-style.js')]],
    ['Types', installed('tsc'), ['--noEmit']],
    ['Types in the browser', installed('tsc'), ['--noEmit', '-p', 'web/element']],
    ['Types of its tests', installed('tsc'), ['--noEmit', '-p', 'test/web/element']],
  ];
  for (const [title, command, options] of steps) {
    say(`${title}: ${path.basename(command)} ${options.join(' ')}`);
    const { status } = spawnSync(command, options, { cwd: ROOT, stdio: 'inherit' });
    say(status === 0 ? `${title}: passed` : `${title}: FAILED`);
    if (status !== 0) process.exitCode = 1;
  }
  await test(args);
}

async function main() {
  requireNode();
  const [name, ...args] = process.argv.slice(2);
  const target = Object.hasOwn(TARGETS, name ?? '') ? TARGETS[name] : undefined;
  if (!target)
    throw new Error(
      `Usage: node scripts/before-install/run.js <${Object.keys(TARGETS).join('|')}> [arguments]`,
    );
  process.chdir(ROOT);
  await target(args);
}

main().catch((error) => {
  say(error.message);
  process.exitCode = 1;
});
