import type { Api } from '../../../web/element/api/http-api';
import type { Generation } from '../../../web/element/api/types';
import { ProgressReader } from '../../../web/element/state/progress';
import { eventually } from '../../support/eventually';

const page = { hidden: false };
const running = (...ids: string[]) =>
  ids.map((requestId) => ({ requestId, status: 'running' }) as Generation);

beforeAll(() => {
  Object.assign(globalThis, { document: page });
});
afterAll(() => {
  Reflect.deleteProperty(globalThis, 'document');
});
afterEach(() => {
  page.hidden = false;
});

/** An API that has a progress of every generation but those whose id is `broken`. */
function openReader(answering: Promise<unknown> = Promise.resolve()) {
  const paths: string[] = [];
  const get = async (path: string) => {
    paths.push(path);
    const requestId = decodeURIComponent(path.slice('/generations/'.length));
    await answering;
    if (requestId === 'broken') throw new Error('no answer');
    return { requestId, progress: 0.4, progressAt: '2026-01-31T09:00:00.000Z' };
  };
  const changed = jest.fn();
  return { reader: new ProgressReader({ get } as unknown as Api, changed), paths, changed };
}

test('running generations are looked at, at most three, and one that fails hides no other', async () => {
  const { reader, paths } = openReader();
  reader.follow([
    ...([{ requestId: 'waits', status: 'waiting' }] as Generation[]),
    ...running('a b', 'broken', 'c', 'd'),
  ]);
  await eventually(async () => reader.of('c') !== undefined, 5_000);
  expect(paths.sort()).toEqual(['/generations/a%20b', '/generations/broken', '/generations/c']);
  expect(reader.of('a b')).toMatchObject({ progress: 0.4 });
  expect(reader.of('broken')).toBeUndefined();
  reader.stop();
});

test('a new generation is looked at at once, and one that ended is forgotten', async () => {
  const { reader, changed } = openReader();
  reader.follow(running('first'));
  await eventually(async () => reader.of('first') !== undefined, 5_000);
  reader.follow(running('second'));
  await eventually(async () => reader.of('second') !== undefined, 5_000);
  expect(reader.of('first')).toBeUndefined();
  expect(changed).toHaveBeenCalledTimes(2);
  reader.stop();
  expect(reader.of('second')).toBeUndefined();
});

test('an answer after the end changes nothing', async () => {
  let answer = (_: unknown) => {};
  const answering = new Promise((resolve) => {
    answer = resolve;
  });
  const { reader, paths, changed } = openReader(answering);
  reader.follow(running('late'));
  await eventually(async () => paths.length === 1, 5_000);
  reader.stop();
  answer(undefined);
  await new Promise(setImmediate);
  expect(changed).not.toHaveBeenCalled();
  expect(reader.of('late')).toBeUndefined();
});

test('a page that is not seen asks for nothing', async () => {
  jest.useFakeTimers();
  const { reader, paths } = openReader();
  page.hidden = true;
  reader.follow(running('unseen'));
  await jest.advanceTimersByTimeAsync(60_000);
  expect(paths).toEqual([]);
  page.hidden = false;
  await jest.advanceTimersByTimeAsync(5_000);
  expect(reader.of('unseen')).toMatchObject({ progress: 0.4 });
  reader.stop();
  jest.useRealTimers();
});
