import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Answered, misfitsOf } from './ledger-answers';

/**
 * In every test file, each answer of a ledger of this process has to fit its schema exactly. A
 * misfit fails the test and not the call, because the caller may catch that.
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
