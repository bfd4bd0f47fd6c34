import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { archiveClasses, CLASS_ARCHIVE } from '../../scripts/stack/time-skipping-archive';
import { findTimeSkippingServer } from '../../scripts/stack/time-skipping-binary';
import { program, silent, unreachable } from './fake-programs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-finder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const onPath = (name: string, script: string) => program(path.join(folder, 'path', name), script);
const cache = () => path.join(folder, 'cache', 'holdfast');
const fetched = () => path.join(cache(), 'temporal-test-server-1.38.0', 'temporal-test-server');

/** Puts one file where the goal is told to put the libraries. */
const MAVEN = `for word; do case "$word" in -DoutputDirectory=*) lib="\${word#*=}";; esac; done
/bin/mkdir -p "$lib" && /bin/cp pom.xml "$lib/server.jar"`;

function find(
  download: (to: string) => Promise<void> = unreachable,
  log: (line: string) => void = silent,
): Promise<string> {
  const env = { PATH: path.join(folder, 'path'), XDG_CACHE_HOME: path.join(folder, 'cache') };
  return findTimeSkippingServer(log, { env, download });
}

describe('the search for a time-skipping server', () => {
  it('takes an earlier download first', async () => {
    const cached = program(
      path.join(cache(), 'bin', 'temporal-test-server-sdk-typescript-9.9.9'),
      'exit 0',
    );
    onPath('java', 'exit 0');
    program(fetched(), 'exit 0');
    expect(await find()).toBe(cached);
  });

  it('never takes a download that another process is still writing', async () => {
    program(
      path.join(cache(), 'bin', 'temporal-test-server-sdk-typescript-9.9.9.downloading'),
      'exit 0',
    );
    await expect(find()).rejects.toThrow(/can't be had here/);
  });

  it('takes what was fetched earlier while there is a Java to run it', async () => {
    program(fetched(), 'exit 0');
    await expect(find()).rejects.toThrow(/there is no `java` on PATH/);
    onPath('java', 'exit 0');
    expect(await find()).toBe(fetched());
  });

  it('downloads with the SDK next, beside its place', async () => {
    const download = async (to: string): Promise<void> => {
      expect(to).not.toBe(path.join(cache(), 'bin'));
      program(path.join(to, 'temporal-test-server-sdk-typescript-9.9.9'), 'exit 0');
    };
    const found = await find(download);
    expect(found).toBe(path.join(cache(), 'bin', 'temporal-test-server-sdk-typescript-9.9.9'));
    expect(readdirSync(cache())).toEqual(['bin']);
    expect(await find()).toBe(found);
  });

  it('fetches with Maven last, says how long that takes, and leaves nothing else behind', async () => {
    onPath('java', 'exit 0');
    onPath('mvn', MAVEN);
    const lines: string[] = [];
    expect(await find(unreachable, (line) => lines.push(line))).toBe(fetched());
    expect(lines.at(-1)).toMatch(/with Maven .* about half a minute/);
    expect(readdirSync(cache()).sort()).toEqual(['bin', 'temporal-test-server-1.38.0']);
    const pom = readFileSync(path.join(path.dirname(fetched()), 'lib', 'server.jar'), 'utf8');
    expect(pom).toContain('<artifactId>temporal-test-server</artifactId><version>1.38.0</version>');
  });

  it('fetches a server that runs from its own libraries, wherever it is called', async () => {
    onPath('java', 'echo "$@"');
    onPath('mvn', MAVEN);
    const script = await find();
    const env = { PATH: `${path.join(folder, 'path')}:${process.env.PATH}` };
    const called = execFileSync(script, ['7000'], { cwd: '/', env, encoding: 'utf8' });
    const lib = path.join(path.dirname(script), 'lib', '*');
    const settings = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';
    expect(called).toBe(`${settings} -cp ${lib} io.temporal.testserver.TestServer 7000\n`);
  });

  it('fetches a server that starts from its archive of classes, where there is one', async () => {
    onPath('java', 'echo "$@"');
    onPath('mvn', MAVEN);
    const script = await find();
    const archive = path.join(path.dirname(script), CLASS_ARCHIVE);
    writeFileSync(archive, '');
    const env = { PATH: `${path.join(folder, 'path')}:${process.env.PATH}` };
    expect(execFileSync(script, { env, encoding: 'utf8' })).toContain(
      ` -XX:SharedArchiveFile=${archive} `,
    );
  });

  it('leaves no archive where none can be made, and the server as it was', async () => {
    onPath('java', 'exit 1');
    const script = program(fetched(), 'exit 1');
    mkdirSync(path.join(path.dirname(script), 'lib'));
    await archiveClasses(script, { PATH: path.join(folder, 'path') });
    expect(readdirSync(path.dirname(script)).sort()).toEqual(['lib', 'temporal-test-server']);
  });

  it('makes no archive for a server that isn’t run by Java', async () => {
    const downloaded = program(
      path.join(cache(), 'bin', 'temporal-test-server-sdk-typescript-9.9.9'),
      'exit 1',
    );
    await archiveClasses(downloaded, {});
    expect(readdirSync(path.dirname(downloaded))).toHaveLength(1);
  });

  it('brings the script of an earlier version up to date', async () => {
    onPath('java', 'echo "$@"');
    program(fetched(), 'exit 0');
    const script = await find();
    expect(script).toBe(fetched());
    expect(readFileSync(script, 'utf8')).toContain('io.temporal.testserver.TestServer');
  });

  it('uses what another process has put there meanwhile', async () => {
    onPath('java', 'exit 0');
    const other = path.join(folder, 'other');
    program(path.join(other, 'temporal-test-server'), 'exit 0');
    onPath('mvn', `${MAVEN}\n/bin/mv ${other} ${path.dirname(fetched())}`);
    expect(await find()).toBe(fetched());
    expect(readFileSync(fetched(), 'utf8')).toContain('exit 0');
  });

  it('removes what a killed process left half-done', async () => {
    const abandoned = path.join(cache(), 'maven-999999999');
    mkdirSync(abandoned, { recursive: true });
    onPath('java', 'exit 0');
    onPath('mvn', MAVEN);
    await find();
    expect(existsSync(abandoned)).toBe(false);
  });

  it('names all ways when none works', async () => {
    onPath('java', 'exit 0');
    onPath('mvn', 'echo "[ERROR] no such artefact"; exit 1');
    const failure = find();
    await expect(failure).rejects.toThrow(/the host can’t be reached/);
    await expect(failure).rejects.toThrow(
      /Java and Maven.*io\.temporal:temporal-test-server:1\.38\.0.*no such artefact/,
    );
    await expect(failure).rejects.toThrow(`stays in ${cache()}`);
  });

  it('doesn’t take a Java that only says where to get one', async () => {
    onPath('java', 'echo "Unable to locate a Java Runtime." >&2; exit 1');
    onPath('mvn', MAVEN);
    await expect(find()).rejects.toThrow(/Unable to locate a Java Runtime/);
  });
});
