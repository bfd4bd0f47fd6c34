import { spawnSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');

test('a file of browser tests is one failure without a browser, and says how to get one', () => {
  const { globalSetup: _, globalTeardown: __, ...config } = require('../../jest.config');
  const jest = [
    require.resolve('jest/bin/jest'),
    '--json',
    '--rootDir',
    ROOT,
    '--config',
    JSON.stringify(config),
  ];
  const { stdout } = spawnSync(process.execPath, [...jest, 'test/web/browser/support.test.ts'], {
    cwd: ROOT,
    env: { ...process.env, CHROMIUM_PATH: path.join(ROOT, 'nowhere') },
    encoding: 'utf8',
  });
  const { numTotalTests, numFailedTests, testResults } = JSON.parse(stdout);
  expect({ numTotalTests, numFailedTests }).toEqual({ numTotalTests: 1, numFailedTests: 1 });
  const [message] = testResults[0].assertionResults[0].failureMessages;
  expect(message).toMatch(
    /need Chromium or Chrome.*npm run browser.*playwright-core install.*CHROMIUM_PATH/s,
  );
  expect(message).not.toMatch(/^ +at /m);
});
