import fc from 'fast-check';
import type { Batched } from '../../../ledger/connection/batched';
import { type BatchCalls, Batches } from '../../../ledger/connection/batches';
import { eventually } from '../../support/eventually';

const operationOf = (account: string, id: string): Batched => ({
  ...{ name: 'reserve_credits', given: {}, accountId: account, item: id },
});

interface Call {
  ids: string[];
  /** Undefined for an operation's own call. */
  waits?: boolean;
  answer(answers: unknown[]): void;
  fail(): void;
}

/** A ledger whose calls end when the test says so. */
class Calls implements BatchCalls {
  readonly made: Call[] = [];

  alone({ item }: Batched): Promise<unknown> {
    return this.#make([item]).then(([answer]) => answer);
  }

  together(operations: Batched[], waits: boolean): Promise<unknown[]> {
    return this.#make(
      operations.map(({ item }) => item),
      waits,
    );
  }

  #make(ids: string[], waits?: boolean): Promise<unknown[]> {
    return new Promise((answer, reject) => {
      const fail = () => reject(new Error('broken'));
      this.made.push({ ids, answer, fail, ...(waits !== undefined && { waits }) });
    });
  }

  /** What was called, in order: ids, and of batches whether they wait. */
  get said(): unknown[] {
    return this.made.map(({ ids, waits }) => (waits === undefined ? ids[0] : { ids, waits }));
  }

  async next(index: number): Promise<Call> {
    await eventually(async () => this.made.length > index);
    return this.made[index] as Call;
  }
}

const allCalls: Calls[] = [];

/** What a test has left unanswered would wait on. */
afterEach(async () => {
  for (const { made } of allCalls.splice(0))
    for (let index = 0; index < made.length; index += 1) {
      made[index]?.answer(made[index]?.ids ?? []);
      await settled();
    }
});

function opened(withinMs = 60_000, connections = 10) {
  const calls = new Calls();
  allCalls.push(calls);
  const batches = new Batches(calls, withinMs, connections);
  const outcomes = new Map<string, unknown>();
  const ask = (account: string, ...ids: string[]) => {
    for (const id of ids)
      batches.run(operationOf(account, id)).then(
        (answer) => outcomes.set(id, answer),
        (error) => outcomes.set(id, error.code ?? error.message),
      );
  };
  return { calls, batches, outcomes, ask };
}

/** Lets everything happen that needs no time. */
const settled = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
};

test('an operation goes at once, and what comes meanwhile travels together in the next call', async () => {
  const { calls, ask, outcomes } = opened();
  ask('a', 'a1');
  expect(calls.said).toEqual(['a1']);
  ask('a', 'a2', 'a3', 'a4');
  expect(calls.said).toEqual(['a1']);
  calls.made[0]?.answer(['one']);
  const { answer } = await calls.next(1);
  expect(calls.said[1]).toEqual({ ids: ['a2', 'a3', 'a4'], waits: true });
  answer(['two', 'three', 'four']);
  await settled();
  expect([...outcomes]).toEqual([
    ['a1', 'one'],
    ['a2', 'two'],
    ['a3', 'three'],
    ['a4', 'four'],
  ]);
  ask('a', 'a5');
  expect(calls.said[2]).toBe('a5');
});

test('accounts travel together once two calls are under way', async () => {
  const { calls, ask } = opened();
  for (const account of ['a', 'b', 'c', 'd', 'a', 'd']) ask(account, `${account} ${Math.random()}`);
  expect(calls.made).toHaveLength(2);
  calls.made[1]?.answer(['b']);
  const { ids, waits } = await calls.next(2);
  expect(ids.map((id) => id[0])).toEqual(['c', 'd', 'd']);
  expect(waits).toBe(false);
});

test('what is answered asks again in the same next call', async () => {
  const { calls, batches } = opened();
  const asking = async (id: string) => {
    for (let turn = 0; turn < 3; turn += 1) await batches.run(operationOf('a', `${id}${turn}`));
  };
  const all = ['x', 'y', 'z'].map(asking);
  (await calls.next(0)).answer(['x0']);
  const first = await calls.next(1);
  expect(first.ids).toEqual(['y0', 'z0', 'x1']);
  first.answer(first.ids);
  const second = await calls.next(2);
  expect(second.ids).toEqual(['y1', 'z1', 'x2']);
  second.answer(second.ids);
  const third = await calls.next(3);
  expect(third.ids).toEqual(['y2', 'z2']);
  third.answer(third.ids);
  await Promise.all(all);
});

test('a locked account leaves the batch, and waits by itself while the others go on', async () => {
  const { calls, ask, outcomes } = opened();
  ask('a', 'a1');
  ask('b', 'b1');
  ask('c', 'c1', 'c2');
  ask('d', 'd1');
  calls.made[0]?.answer(['a1']);
  const batch = await calls.next(2);
  expect(batch.ids).toEqual(['c1', 'c2', 'd1']);
  ask('c', 'c3');
  batch.answer([null, null, 'd1']);
  const own = await calls.next(3);
  expect(calls.said[3]).toEqual({ ids: ['c1', 'c2'], waits: true });
  ask('d', 'd2');
  expect((await calls.next(4)).ids).toEqual(['d2']);
  calls.made[4]?.answer(['d2']);
  await settled();
  expect([outcomes.has('c1'), outcomes.get('d2')]).toEqual([false, 'd2']);
  own.answer(['c1', 'c2']);
  expect((await calls.next(5)).ids).toEqual(['c3']);
  await settled();
  expect([outcomes.get('c1'), outcomes.get('c2')]).toEqual(['c1', 'c2']);
});

test('after an error each goes alone, and each account goes on when its own have ended', async () => {
  const { calls, ask, outcomes } = opened();
  ask('a', 'a1');
  ask('b', 'b1');
  ask('c', 'c1', 'c2');
  ask('d', 'd1');
  calls.made[0]?.answer(['a1']);
  (await calls.next(2)).fail();
  await calls.next(4);
  expect(calls.said.slice(3)).toEqual(['c1', 'd1']);
  calls.made[3]?.fail();
  calls.made[4]?.answer(['d1']);
  await settled();
  ask('d', 'd2');
  ask('c', 'c3');
  expect(calls.said.slice(5)).toEqual(['c2', 'd2']);
  calls.made[5]?.answer(['c2']);
  expect((await calls.next(7)).ids).toEqual(['c3']);
  await settled();
  expect(Object.fromEntries(outcomes)).toMatchObject({ c1: 'broken', c2: 'c2', d1: 'd1' });
});

test('calls that take long hold up no other account', async () => {
  const { calls, ask } = opened();
  ask('a', 'a1');
  ask('b', 'b1');
  ask('c', 'c1');
  expect(calls.made).toHaveLength(2);
  await calls.next(2);
  ask('a', 'a2');
  await settled();
  expect(calls.said).toEqual(['a1', 'b1', 'c1']);
});

test('what can’t be sent in time is not sent any more', async () => {
  const { calls, ask, outcomes } = opened(80);
  ask('a', 'a1', 'a2', 'a3');
  await eventually(async () => outcomes.size === 2);
  expect(outcomes.get('a3')).toBe('LEDGER_UNAVAILABLE');
  ask('a', 'a4');
  calls.made[0]?.answer(['a1']);
  expect((await calls.next(1)).ids).toEqual(['a4']);
});

test('after an error an account’s operations whose turn doesn’t come in time are given up', async () => {
  const { calls, ask, outcomes } = opened(100);
  ask('a', 'a1', 'a2', 'a3', 'a4');
  calls.made[0]?.answer(['a1']);
  (await calls.next(1)).fail();
  expect((await calls.next(2)).ids).toEqual(['a2']);
  await new Promise((resolve) => setTimeout(resolve, 150));
  calls.made[2]?.fail();
  await eventually(async () => outcomes.size === 4);
  expect(outcomes.get('a4')).toBe('LEDGER_UNAVAILABLE');
  ask('a', 'a5');
  expect(calls.said.slice(3)).toEqual(['a5']);
});

test('an account with more than a batch takes lets others go first in the next call', async () => {
  const { calls, ask } = opened(60_000, 2);
  const ids = Array.from({ length: 100 }, (_, index) => `a${index}`);
  ask('a', ...ids);
  calls.made[0]?.answer(['a0']);
  const { ids: sent, answer } = await calls.next(1);
  expect(sent).toEqual(ids.slice(1, 65));
  ask('b', 'b1');
  answer(sent);
  expect((await calls.next(2)).ids).toEqual(['b1', ...ids.slice(65)]);
});

test('an account has one call at a time, and keeps its order', async () => {
  const script = fc.array(
    fc.record({
      account: fc.constantFrom('a', 'b', 'c', 'd'),
      pause: fc.boolean(),
      left: fc.integer({ min: 0, max: 5 }),
    }),
    { minLength: 1, maxLength: 60 },
  );
  const property = fc.asyncProperty(script, async (steps) => {
    const running = new Set<string>();
    const done: Batched[] = [];
    let asked = 0;
    const enter = (operations: Batched[]) => {
      const accounts = new Set(operations.map(({ accountId }) => accountId));
      for (const account of accounts) {
        expect(running.has(account)).toBe(false);
        running.add(account);
      }
      return () => {
        for (const account of accounts) running.delete(account);
      };
    };
    const calls: BatchCalls = {
      async alone(operation) {
        const leave = enter([operation]);
        await new Promise(setImmediate);
        done.push(operation);
        leave();
        return operation.item;
      },
      async together(operations, waits) {
        const leave = enter(operations);
        await new Promise(setImmediate);
        const locked = steps[asked % steps.length]?.left ?? 0;
        const isLeft = ({ accountId }: Batched) => !waits && 'abcd'.indexOf(accountId) < locked - 2;
        done.push(...operations.filter((each) => !isLeft(each)));
        leave();
        return operations.map((each) => (isLeft(each) ? null : each.item));
      },
    };
    const batches = new Batches(calls, 60_000, 10);
    const answers: Promise<unknown>[] = [];
    const sent: Batched[] = [];
    for (const { account, pause } of steps) {
      const operation = operationOf(account, `${account}${asked}`);
      asked += 1;
      sent.push(operation);
      answers.push(batches.run(operation));
      if (pause) await new Promise(setImmediate);
    }
    expect(await Promise.all(answers)).toEqual(sent.map(({ item }) => item));
    for (const account of 'abcd') {
      const of = (all: Batched[]) => all.filter(({ accountId }) => accountId === account);
      expect(of(done)).toEqual(of(sent));
    }
  });
  await fc.assert(property, { numRuns: 200 });
});
