import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Answered, misfitsOf } from './ledger-answers';

/**
 * In every test file: whatever a ledger of this process answers has to fit its schema exactly. It fails the test, not the
 * call, because whoever called may have caught it.
 */

const CHANNEL = 'holdfast:ledger-answers';
const misfits: string[] = [];

function check(message: unknown): void {
  misfits.push(...misfitsOf(message as Answered));
}

subscribe(CHANNEL, check);
afterEach(() => {
  expect(misfits.splice(0)).toEqual([]);
});
afterAll(() => {
  unsubscribe(CHANNEL, check);
});
