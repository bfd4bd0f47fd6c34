import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import {
  cacheFolder,
  downloadedInto,
  firstLine,
  isExecutable,
  onPath,
  workFolder,
} from './executables';

export type Log = (line: string) => void;

const CLI_VERSION = '1.5.1';
const CLI_MODULE = `github.com/temporalio/cli/cmd/temporal@v${CLI_VERSION}`;

/**
 * Lets the SDK download the CLI, which it does by starting a server. It fails soon if the
 * download's host can't be reached.
 */
export async function downloadThroughSdk(folder: string): Promise<void> {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const executable = { type: 'cached-download' as const, downloadDir: folder };
  const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await environment.teardown();
}

/**
 * Builds the CLI with Go, in caches of its own: they take 4.6 GB for this build, and are removed
 * afterwards.
 */
async function buildWithGo(
  go: string,
  cache: string,
  target: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const work = workFolder(cache, 'go-build');
  const folder = (name: string) => path.join(work, name);
  mkdirSync(folder('tmp'), { recursive: true });
  try {
    const build = spawn(go, ['install', '-ldflags', '-s -w', CLI_MODULE], {
      cwd: work,
      env: {
        ...env,
        GOBIN: folder('bin'),
        GOMODCACHE: folder('mod'),
        GOCACHE: folder('cache'),
        GOTMPDIR: folder('tmp'),
        GOFLAGS: '-modcacherw',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    build.stderr.on('data', (chunk) => {
      errors = (errors + chunk).slice(-2000);
    });
    const stop = () => build.kill();
    process.once('exit', stop);
    const [code] = await once(build, 'close').finally(() => process.removeListener('exit', stop));
    if (code !== 0) throw new Error(errors.trim() || `exit code ${code}`);
    // Another process may have put the same program there meanwhile; the rename replaces it as a
    // whole.
    renameSync(path.join(folder('bin'), 'temporal'), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function notFound(download: string, build: string): Error {
  return new Error(
    [
      'No Temporal server can be had here. Any one of these is enough:',
      '1. Set TEMPORAL_ADDRESS (and TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, …) to a running server.',
      '2. Install the Temporal CLI so that `temporal` is on PATH (https://docs.temporal.io/cli).',
      `3. Let the SDK download it: ${download}`,
      `4. Install Go, so that it can be built with \`go install ${CLI_MODULE}\`: ${build}`,
    ].join('\n'),
  );
}

export interface TemporalBinaryOptions {
  env?: NodeJS.ProcessEnv;
  download?: (folder: string) => Promise<void>;
}

/**
 * The path of the Temporal CLI: from PATH, from an earlier run, downloaded, or built; the first
 * that works.
 *
 * @throws Error naming each way and why it failed
 */
export async function findTemporalBinary(
  log: Log,
  options: TemporalBinaryOptions = {},
): Promise<string> {
  const { env = process.env, download = downloadThroughSdk } = options;
  const cache = cacheFolder(env);
  const bin = path.join(cache, 'bin');
  const built = path.join(bin, `temporal-${CLI_VERSION}`);
  const present =
    onPath('temporal', env) ?? (isExecutable(built) ? built : downloadedInto(bin, 'temporal'));
  if (present) return present;

  mkdirSync(bin, { recursive: true });
  let downloadProblem = 'it left no program behind.';
  try {
    log('Downloading the Temporal CLI, once, about 100 MB …');
    await download(bin);
    const downloaded = downloadedInto(bin, 'temporal');
    if (downloaded) return downloaded;
  } catch (error) {
    downloadProblem = firstLine(error);
  }

  const go = onPath('go', env);
  if (!go) throw notFound(downloadProblem, 'there is no `go` on PATH.');
  try {
    log(
      `The download didn't work. Building the Temporal CLI ${CLI_VERSION} with Go instead, once, about 6 minutes …`,
    );
    await buildWithGo(go, cache, built, env);
    return built;
  } catch (error) {
    throw notFound(downloadProblem, firstLine(error));
  }
}
