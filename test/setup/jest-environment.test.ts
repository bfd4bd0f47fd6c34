import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

// In a process of its own: to end an environment ends the tests that run in it.
const SCRIPT = `
  const Environment = require('./test/support/jest/environment.js');
  const environment = new Environment({ projectConfig: { fakeTimers: {} } });
  process.env.ADDED = 'by a test';
  process.env.CHANGED = 'by a test';
  delete process.env.REMOVED;
  environment.teardown().then(() => {
    const { ADDED, CHANGED, REMOVED } = process.env;
    console.log(JSON.stringify({ ADDED, CHANGED, REMOVED }));
  });
`;

test('a test file leaves the variables of its process as it found them', async () => {
  const cwd = path.join(__dirname, '..', '..');
  const env = { ...process.env, CHANGED: 'before', REMOVED: 'before' };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', SCRIPT], { cwd, env });
  expect(JSON.parse(stdout)).toEqual({ CHANGED: 'before', REMOVED: 'before' });
});
