import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/**
 * In every test file: whatever a ledger of this process answers has to fit its schema exactly. It fails the test, not the
 * call, because whoever called may have caught it.
 */

const CHANNEL = 'holdfast:ledger-answers';
const misfits: string[] = [];

function check(message: unknown): void {
  // Not before there is an answer: most files ask no ledger, and loading schemas takes time.
  const support = jest.requireActual<typeof import('./ledger-answers')>('./ledger-answers');
  misfits.push(...support.misfitsOf(message as import('./ledger-answers').Answered));
}

subscribe(CHANNEL, check);
afterEach(() => {
  expect(misfits.splice(0)).toEqual([]);
});
afterAll(() => {
  unsubscribe(CHANNEL, check);
});
