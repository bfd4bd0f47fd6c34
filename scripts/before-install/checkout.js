'use strict';

// Plain JavaScript on Node's builtins alone, for the reason in this folder's README.md.

const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: delay } = require('node:timers/promises');
const { isAlive } = require('../../config/is-alive');

const ROOT = path.join(__dirname, '..', '..');
const DIST = path.join(ROOT, 'dist');
const PRIVATE = path.join(ROOT, '.holdfast');
const FINGERPRINT = path.join(DIST, '.fingerprint');

const SOURCE_FOLDERS = [
  'activities',
  'bench',
  'catalog',
  'cli',
  'client',
  'codec',
  'config',
  'contract',
  'docs/examples',
  'domain',
  'ledger',
  'providers',
  'replay',
  'scripts',
  'telemetry',
  'testing',
  'tokens',
  'web',
  'worker',
  'workflows',
];
const SOURCE_FILES = ['package-lock.json', 'tsconfig.build.json', 'tsconfig.json'];

/** Writes to stderr, because stdout belongs to the command that is run afterwards. */
function say(line) {
  process.stderr.write(`${line}\n`);
}

function filesUnder(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** A hash of names and contents, so that a deleted file or another branch counts as a change. */
function fingerprintOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(path.relative(ROOT, file)).update('\0').update(fs.readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function sourceFingerprint() {
  const folders = SOURCE_FOLDERS.flatMap((folder) => filesUnder(path.join(ROOT, folder)));
  return fingerprintOf([...folders, ...SOURCE_FILES.map((file) => path.join(ROOT, file))]);
}

function readIfThere(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Compares the installed packages by version: npm writes its two lockfiles in either order, so
 * their times say nothing.
 */
function isInstalled() {
  const installed = readIfThere(path.join(ROOT, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const installedPackages = JSON.parse(installed).packages;
  const locked = JSON.parse(fs.readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(([name, wanted]) => {
    if (name === '') return true;
    const found = installedPackages[name];
    return found === undefined
      ? Boolean(wanted.optional || wanted.devOptional)
      : found.version === wanted.version;
  });
}

function isBuilt() {
  return readIfThere(FINGERPRINT) === sourceFingerprint();
}

function run(command, args, what) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
  if (error) throw new Error(`${what}: ${error.message}`);
  if (status !== 0) throw new Error(`${what} failed (${signal ?? `exit code ${status}`}).`);
}

function install() {
  say('Installing the dependencies with npm ci, about half a minute …');
  run('npm', ['ci', '--no-audit', '--no-fund'], 'npm ci');
}

function bundleBy(script, what) {
  const args = [path.join(ROOT, 'scripts', 'bundles', script)];
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 2],
  });
  if (status !== 0) throw new Error(`Bundling ${what} failed.`);
  return stdout.toString().trim();
}

/** Files that only a checkout needs, and files that only a compiler reads. */
const NO_ASSETS = [
  'scripts/before-install',
  'scripts/boundaries',
  'scripts/sql-style.js',
  'scripts/bundles',
  'web/element/tsconfig.json',
];

/**
 * Copies the files that the compiler doesn't emit and the code reads beside itself: SQL, the
 * catalog, the guard.
 */
function copyAssets(target) {
  const skipped = NO_ASSETS.map((name) => path.join(ROOT, name));
  const isSkipped = (file) =>
    skipped.some((one) => file === one || file.startsWith(one + path.sep));
  for (const folder of SOURCE_FOLDERS) {
    for (const file of filesUnder(path.join(ROOT, folder))) {
      if (file.endsWith('.ts') || file.endsWith('.md') || isSkipped(file)) continue;
      const copy = path.join(target, path.relative(ROOT, file));
      fs.mkdirSync(path.dirname(copy), { recursive: true });
      fs.copyFileSync(file, copy);
    }
  }
}

/**
 * Builds beside dist and renames at the end. A process that runs from dist meanwhile never sees
 * half a build, and a build that fails leaves the old one.
 */
function build() {
  say('Building, a few seconds …');
  const fingerprint = sourceFingerprint();
  const target = path.join(PRIVATE, `build-${process.pid}`);
  const old = path.join(PRIVATE, `build-${process.pid}-old`);
  fs.rmSync(target, { recursive: true, force: true });
  try {
    const compiler = path.join(ROOT, 'node_modules', '.bin', 'tsc');
    const options = [
      '--outDir',
      target,
      '--tsBuildInfoFile',
      path.join(target, 'build.tsbuildinfo'),
    ];
    run(compiler, ['-p', 'tsconfig.build.json', ...options], 'The TypeScript compiler');
    copyAssets(target);
    fs.copyFileSync(
      bundleBy('workflows.js', 'the workflows'),
      path.join(target, 'workflow-bundle.js'),
    );
    fs.copyFileSync(
      bundleBy('traced-workflows.js', 'the traced workflows'),
      path.join(target, 'traced-workflow-bundle.js'),
    );
    fs.cpSync(bundleBy('element.js', 'the credits element'), path.join(target, 'element'), {
      recursive: true,
    });
    fs.writeFileSync(path.join(target, path.basename(FINGERPRINT)), fingerprint);
    if (fs.existsSync(DIST)) fs.renameSync(DIST, old);
    fs.renameSync(target, DIST);
  } finally {
    fs.rmSync(target, { recursive: true, force: true });
    fs.rmSync(old, { recursive: true, force: true });
  }
}

/**
 * Lets one process at a time install or build in a checkout. A killed process's lock doesn't count.
 */
async function withLock(action) {
  fs.mkdirSync(PRIVATE, { recursive: true });
  const lock = path.join(PRIVATE, 'build.lock');
  const mine = path.join(PRIVATE, `build.lock.${process.pid}`);
  fs.writeFileSync(mine, String(process.pid));
  try {
    for (;;) {
      try {
        // A link appears together with its content, so that no process reads a lock without its
        // owner.
        fs.linkSync(mine, lock);
        break;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const owner = readIfThere(lock);
      if (owner !== undefined && !isAlive(Number(owner))) fs.rmSync(lock, { force: true });
      else await delay(200);
    }
    try {
      action();
    } finally {
      fs.rmSync(lock, { force: true });
    }
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

/**
 * Installs what is missing or out of date, and builds as well if `built`. Of several processes at
 * the same time one does the work, and the others wait for it.
 */
async function prepare({ built }) {
  if (isInstalled() && (!built || isBuilt())) return;
  await withLock(() => {
    if (!isInstalled()) install();
    if (built && !isBuilt()) build();
  });
}

module.exports = { DIST, PRIVATE, ROOT, filesUnder, fingerprintOf, prepare, say };
