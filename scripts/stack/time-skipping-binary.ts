import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  cacheFolder,
  downloadedInto,
  firstLine,
  isExecutable,
  onPath,
  workFolder,
} from './executables';
import type { Log } from './temporal-binary';
import { CLASS_ARCHIVE } from './time-skipping-archive';

const VERSION = '1.38.0';
const MAVEN_ARTEFACT = `io.temporal:temporal-test-server:${VERSION}`;
const PROGRAM = 'temporal-test-server';
const DOWNLOAD_WITHIN_MS = 2 * 60_000;
const MAVEN_WITHIN_MS = 10 * 60_000;

// The second dependency is a logger that writes nothing. Without a logger every start of the server
// prints a warning.
const POM = `<project><modelVersion>4.0.0</modelVersion><groupId>holdfast</groupId><artifactId>time-skipping</artifactId><version>1</version>
<dependencies><dependency><groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${VERSION}</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency></dependencies></project>
`;

// With exec, so that stopping the script stops the server. The server lives for one test, so that
// the options favour a fast start over a fast run.
const SCRIPT = `#!/bin/sh
here=$(dirname "$0")
[ -f "$here/${CLASS_ARCHIVE}" ] && archive="-XX:SharedArchiveFile=$here/${CLASS_ARCHIVE}"
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \${archive:+"$archive"} -cp "$here/lib/*" io.temporal.testserver.TestServer "$@"
`;

const DOWNLOAD = `require('@temporalio/testing')
  .TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'cached-download', downloadDir: process.argv[1] } },
  })
  .then((environment) => environment.teardown())
  .catch((error) => { console.log(error.message); process.exitCode = 1; });`;

interface RunOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  withinMs: number;
}

/**
 * Runs a program without showing its output.
 *
 * @throws Error with the first line of the program's output
 */
async function run(
  command: string,
  args: string[],
  { cwd, env, withinMs }: RunOptions,
): Promise<void> {
  try {
    await promisify(execFile)(command, args, {
      cwd,
      env,
      timeout: withinMs,
      killSignal: 'SIGKILL',
    });
  } catch (error) {
    const {
      killed,
      stdout = '',
      stderr = '',
    } = error as { killed?: boolean; stdout?: string; stderr?: string };
    if (killed) throw new Error(`it wasn't done after ${withinMs / 60_000} minutes.`);
    throw new Error(firstLine(`${stdout}\n${stderr}`.trim()) || firstLine(error));
  }
}

/**
 * Lets the SDK download the server, in a process of its own: a download that hangs can't be
 * cancelled otherwise.
 */
async function downloadTestServer(folder: string): Promise<void> {
  const options = { cwd: __dirname, env: process.env, withinMs: DOWNLOAD_WITHIN_MS };
  await run(process.execPath, ['-e', DOWNLOAD, folder], options);
}

/**
 * Moves a finished file or folder into place, unless another process has put one there, which may
 * be in use.
 */
function moveInto(place: string, finished: string): void {
  if (existsSync(place)) return;
  try {
    renameSync(finished, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
  }
}

/**
 * Writes the server's script if it has changed. Other processes may be running the present one, so
 * it is replaced as a whole.
 */
function writeScript(script: string): void {
  if (existsSync(script) && readFileSync(script, 'utf8') === SCRIPT) return;
  const unfinished = `${script}.${process.pid}`;
  writeFileSync(unfinished, SCRIPT, { mode: 0o755 });
  renameSync(unfinished, script);
}

/**
 * Fetches the server with Maven, into a throw-away repository: Maven's own doesn't take two writers
 * at once.
 */
async function fetchWithMaven(
  cache: string,
  target: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const java = onPath('java', env);
  const maven = onPath('mvn', env);
  if (!java || !maven) throw new Error(`there is no \`${java ? 'mvn' : 'java'}\` on PATH.`);
  const work = workFolder(cache, 'maven');
  try {
    const options = { cwd: work, env, withinMs: MAVEN_WITHIN_MS };
    // macOS always has a `java`, which may only say where to get one.
    await run(java, ['-version'], options);
    const server = path.join(work, 'server');
    mkdirSync(server);
    writeFileSync(path.join(work, 'pom.xml'), POM);
    const settings = [`-Dmaven.repo.local=${path.join(work, 'repository')}`, '-Dstyle.color=never'];
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${path.join(server, 'lib')}`];
    await run(maven, ['--batch-mode', '--quiet', ...settings, ...goal], options);
    writeScript(path.join(server, PROGRAM));
    moveInto(target, server);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function notFound(cache: string, download: string, maven: string): Error {
  return new Error(
    [
      `Temporal's time-skipping test server can't be had here. Any one of these is enough, and stays in ${cache}:`,
      `1. Let the SDK download it: ${download}`,
      `2. Install Java and Maven, so that it can be fetched as ${MAVEN_ARTEFACT}: ${maven}`,
      `3. Copy that folder from another machine of this kind that has one.`,
    ].join('\n'),
  );
}

export interface TimeSkippingOptions {
  env?: NodeJS.ProcessEnv;
  download?: (folder: string) => Promise<void>;
}

/**
 * The path of Temporal's time-skipping test server: from an earlier run, downloaded, or fetched
 * with Maven; the first that works.
 *
 * @throws Error naming each way and why it failed
 */
export async function findTimeSkippingServer(
  log: Log,
  options: TimeSkippingOptions = {},
): Promise<string> {
  const { env = process.env, download = downloadTestServer } = options;
  const cache = cacheFolder(env);
  const bin = path.join(cache, 'bin');
  const fetched = path.join(cache, `${PROGRAM}-${VERSION}`);
  const script = path.join(fetched, PROGRAM);
  const downloadedBefore = downloadedInto(bin, PROGRAM);
  if (downloadedBefore) return downloadedBefore;
  if (onPath('java', env) && isExecutable(script)) {
    // An earlier version's script may be there, over the same libraries.
    writeScript(script);
    return script;
  }

  mkdirSync(bin, { recursive: true });
  const work = workFolder(cache, 'test-server-download');
  let downloadProblem = 'it left no program behind.';
  try {
    log("Downloading Temporal's time-skipping test server, once, about 50 MB, at most 2 minutes …");
    await download(work);
    const downloaded = downloadedInto(work, PROGRAM);
    if (downloaded) {
      const kept = path.join(bin, path.basename(downloaded));
      moveInto(kept, downloaded);
      return kept;
    }
  } catch (error) {
    downloadProblem = firstLine(error);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }

  try {
    log(
      `The download didn't work. Fetching ${MAVEN_ARTEFACT} with Maven instead, once, about half a minute …`,
    );
    await fetchWithMaven(cache, fetched, env);
    return script;
  } catch (error) {
    throw notFound(cache, downloadProblem, firstLine(error));
  }
}
