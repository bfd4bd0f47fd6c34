import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findBrowser, installBrowser } from '../../scripts/stack/browser';
import { program, silent } from './fake-programs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-browser-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const onPath = (name: string, script = 'exit 0') =>
  program(path.join(folder, 'path', name), script);
const environment = (more: NodeJS.ProcessEnv = {}) => ({
  PATH: path.join(folder, 'path'),
  ...more,
});
const downloaded = () => path.join(folder, 'chromium-9999', 'chrome');
const options = (more: NodeJS.ProcessEnv = {}) => ({ env: environment(more), downloaded });

describe('the search for a browser', () => {
  it('takes the one that CHROMIUM_PATH names before any other', () => {
    onPath('chromium');
    const named = program(path.join(folder, 'elsewhere', 'my-chromium'), 'exit 0');
    expect(findBrowser(options({ CHROMIUM_PATH: named }))).toBe(named);
  });

  it('takes no other one if the named one is missing', () => {
    onPath('chromium');
    const CHROMIUM_PATH = path.join(folder, 'nowhere');
    expect(() => findBrowser(options({ CHROMIUM_PATH }))).toThrow(
      `CHROMIUM_PATH names ${CHROMIUM_PATH}`,
    );
  });

  it('takes Chromium on PATH next, then Chrome', () => {
    const chrome = onPath('google-chrome');
    expect(findBrowser(options())).toBe(chrome);
    const chromium = onPath('chromium-browser');
    expect(findBrowser(options())).toBe(chromium);
  });

  it('takes what playwright-core has downloaded last', () => {
    const file = program(downloaded(), 'exit 0');
    expect(findBrowser(options())).toBe(file);
  });

  it('says how to get one where there is none', () => {
    const search = () => findBrowser(options());
    expect(search).toThrow(/need Chromium or Chrome: there is none on PATH/);
    expect(search).toThrow(/apt-get install --no-install-recommends chromium/);
    expect(search).toThrow(/npx playwright-core install --with-deps chromium/);
    expect(search).toThrow(/CHROMIUM_PATH/);
  });
});

describe('the installation of a browser', () => {
  const calls = () => path.join(folder, 'calls');
  /** Writes down what it is called with, and puts the browser there as the package would. */
  const aptGet = () => {
    const chromium = path.join(folder, 'path', 'chromium');
    onPath(
      'apt-get',
      `echo "apt-get $*" >> ${calls()}\n[ "$1" = update ] || /bin/cp "$0" ${chromium}`,
    );
    return chromium;
  };
  const called = () => readFileSync(calls(), 'utf8').trim().split('\n');

  it('changes nothing where one is found', async () => {
    aptGet();
    const chrome = onPath('google-chrome-stable');
    expect(await installBrowser(silent, { ...options(), isRoot: true })).toBe(chrome);
    expect(called).toThrow(/no such file/);
  });

  it("takes Debian's package with fonts, after its list of packages", async () => {
    const chromium = aptGet();
    const lines: string[] = [];
    expect(await installBrowser((line) => lines.push(line), { ...options(), isRoot: true })).toBe(
      chromium,
    );
    expect(called()).toEqual([
      'apt-get update',
      'apt-get install --yes --no-install-recommends chromium fonts-liberation fonts-dejavu-core',
    ]);
    expect(lines).toEqual([expect.stringContaining('about a minute')]);
  });

  it('asks sudo where it is not root, and never for a password', async () => {
    aptGet();
    onPath('sudo', `echo "sudo $*" >> ${calls()}\nshift\nexec "$@"`);
    await installBrowser(silent, { ...options(), isRoot: false });
    expect(called()).toEqual([
      expect.stringMatching(/^sudo -n .*apt-get update$/),
      'apt-get update',
      expect.stringMatching(/^sudo -n .*apt-get install /),
      expect.stringMatching(/^apt-get install /),
    ]);
  });

  it.each([
    ['there is no apt-get', () => {}, /no `apt-get`/],
    ['there is neither root nor sudo', () => onPath('apt-get'), /without root or `sudo`/],
    [
      'apt-get fails',
      () =>
        onPath('apt-get', 'echo "no network" >&2; exit 100') && onPath('sudo', 'shift; exec "$@"'),
      /no network/,
    ],
  ])('says how to get one where %s', async (_, prepare, problem) => {
    prepare();
    const failure = installBrowser(silent, { ...options(), isRoot: false });
    await expect(failure).rejects.toThrow(problem);
    await expect(failure).rejects.toThrow(/npx playwright-core install/);
  });
});
