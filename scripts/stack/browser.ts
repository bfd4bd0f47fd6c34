import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chromium } from 'playwright-core';
import { firstLine, isExecutable, onPath } from './executables';
import type { Log } from './temporal-binary';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

// Without fonts every letter is an empty box, and Debian's package of Chromium doesn't depend on
// any.
const PACKAGES = ['chromium', 'fonts-liberation', 'fonts-dejavu-core'];

export interface BrowserOptions {
  env?: NodeJS.ProcessEnv;
  /** The path at which playwright-core keeps its own download, whether it exists or not. */
  downloaded?: () => string;
}

export interface InstallOptions extends BrowserOptions {
  isRoot?: boolean;
}

function noBrowser(problem: string): Error {
  return new Error(
    [
      `The tests of the credits page need Chromium or Chrome: ${problem} Any one of these is enough:`,
      `1. On Debian: \`npm run browser\`, or as root \`apt-get update && apt-get install --no-install-recommends ${PACKAGES.join(' ')}\`.`,
      '2. On Ubuntu, whose own package is a snap, and elsewhere: `npx playwright-core install --with-deps chromium`.',
      '3. Set CHROMIUM_PATH to one that is installed.',
    ].join('\n'),
  );
}

/**
 * Chromium or Chrome: the one that CHROMIUM_PATH names, else the first on PATH, else
 * playwright-core's download.
 */
export function findBrowser(options: BrowserOptions = {}): string {
  const { env = process.env, downloaded = () => chromium.executablePath() } = options;
  if (env.CHROMIUM_PATH) {
    if (isExecutable(env.CHROMIUM_PATH)) return env.CHROMIUM_PATH;
    throw noBrowser(`CHROMIUM_PATH names ${env.CHROMIUM_PATH}, which can't be run.`);
  }
  for (const name of PROGRAMS) {
    const program = onPath(name, env);
    if (program) return program;
  }
  const file = downloaded();
  if (isExecutable(file)) return file;
  throw noBrowser('there is none on PATH.');
}

async function run(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors = (errors + chunk).slice(-2000);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(errors.trim() || `exit code ${code}`);
}

/**
 * Installs Debian's package if no browser is found. It changes the machine, so only
 * `npm run browser` does it.
 */
export async function installBrowser(log: Log, options: InstallOptions = {}): Promise<string> {
  try {
    return findBrowser(options);
  } catch {
    await installWithAptGet(log, options);
    return findBrowser(options);
  }
}

async function installWithAptGet(log: Log, options: InstallOptions): Promise<void> {
  const { env = process.env, isRoot = process.getuid?.() === 0 } = options;
  const aptGet = onPath('apt-get', env);
  if (!aptGet) throw noBrowser('there is none, and no `apt-get` to install one.');
  const sudo = onPath('sudo', env);
  if (!isRoot && !sudo)
    throw noBrowser('there is none, and without root or `sudo` none can be installed.');
  const [command, ...first] = isRoot || !sudo ? [aptGet] : [sudo, '-n', aptGet];
  log(`Installing ${PACKAGES.join(', ')} with apt-get, about a minute …`);
  try {
    await run(command, [...first, 'update'], env);
    await run(command, [...first, 'install', '--yes', '--no-install-recommends', ...PACKAGES], env);
  } catch (error) {
    throw noBrowser(`apt-get couldn't install it (${firstLine(error)}).`);
  }
}
