import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type * as Loading from '../../worker/own-providers/load-providers';
import { builtFile } from '../setup/built-file';

// As it is built: the tests' own compiler makes `import()` a `require`, which takes no ESM here.
const { loadProviders }: typeof Loading = require(
  builtFile('worker/own-providers/load-providers.js'),
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-providers-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function moduleOf(name: string, source: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, source);
  return file;
}

const GENERATION = '{ submit() {}, state() {}, cancel() {} }';
const PAYMENT = '{ charge() {}, state() {}, void() {}, refund() {} }';

describe('a module of providers', () => {
  test.each([
    ['named.cjs', `exports.generationProvider = ${GENERATION};`],
    ['whole.cjs', `module.exports = { generationProvider: ${GENERATION} };`],
    ['compiled.cjs', `exports.default = { generationProvider: ${GENERATION} };`],
    ['named.mjs', `export const generationProvider = ${GENERATION};`],
    ['default.mjs', `export default { generationProvider: ${GENERATION} };`],
    [
      'instance.mjs',
      `class Studio { submit() {} state() {} cancel() {} }\nexport const generationProvider = new Studio();`,
    ],
    [
      'waits.mjs',
      `await Promise.resolve();\nexport const generationProvider = ${GENERATION};\nexport const other = 1;`,
    ],
  ])('is taken as %s', async (name, source) => {
    const { generationProvider, ...others } = await loadProviders(moduleOf(name, source));
    expect(generationProvider?.submit).toBeInstanceOf(Function);
    expect(others).toEqual({});
  });

  test('may hold all three', async () => {
    const source = `
      exports.generationProvider = ${GENERATION};
      exports.paymentProvider = ${PAYMENT};
      exports.notifier = { deliver() {} };
    `;
    const loaded = await loadProviders(moduleOf('all.cjs', source));
    expect(Object.keys(loaded).sort()).toEqual([
      'generationProvider',
      'notifier',
      'paymentProvider',
    ]);
  });

  test('is found from the working directory', async () => {
    const file = moduleOf('near.cjs', `exports.notifier = { deliver() {} };`);
    const { notifier } = await loadProviders(path.relative(process.cwd(), file));
    expect(notifier?.deliver).toBeInstanceOf(Function);
  });

  test.each([
    ['empty.cjs', '', /exports none of generationProvider, paymentProvider, notifier/],
    ['null.mjs', 'export default null;', /exports none of/],
    ['misspelt.cjs', `exports.generationProviders = ${GENERATION};`, /exports none of/],
    [
      'half.cjs',
      `exports.paymentProvider = { charge() {}, state: 1 };`,
      /its paymentProvider has no method state, void, refund/,
    ],
    ['nothing.cjs', 'exports.notifier = null;', /its notifier has no method deliver/],
    ['throws.cjs', `throw new Error('no key');`, /can't be loaded: no key/],
    ['throws-text.cjs', `throw 'no key';`, /can't be loaded: no key/],
    ['broken.mjs', 'export const = 1;', /can't be loaded/],
  ])('is refused as %s, with what is wrong', async (name, source, said) => {
    const loading = loadProviders(moduleOf(name, source));
    await expect(loading).rejects.toThrow(said);
    await expect(loading).rejects.toThrow('HOLDFAST_PROVIDERS');
  });

  test('is refused if there is none', async () => {
    const file = path.join(folder, 'missing.cjs');
    await expect(loadProviders(file)).rejects.toThrow(
      new RegExp(`HOLDFAST_PROVIDERS names ${file}, but it can't be loaded`),
    );
  });
});
