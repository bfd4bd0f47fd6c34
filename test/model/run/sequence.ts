import fc from 'fast-check';
import { DRAW_LIST } from '../draws/draws';
import { BEGIN, FIRST_CATALOG, type Numbers } from '../draws/world';
import { byBooks, byRules, type Operation } from '../operations';
import { type Answer, done, newWorld, type World } from '../rules/state';
import type { RunBooks } from './books';
import { expectSame, expectSameEnd } from './ends';

/** What a run's commands share: the books, and what was called before. */
export interface Real {
  books: RunBooks;
  earlier: Operation[];
  /** How often each operation had each answer. */
  tally: Map<string, number>;
}

const number = fc.nat({ max: 0xffffff });
const numbers = fc.tuple(number, number, number, number, number);

/** Calls one operation, and expects that the ledger and the rules give the same answer. */
async function callBoth(world: World, books: RunBooks, operation: Operation): Promise<Answer> {
  world.delivered = [];
  books.delivered = [];
  const expected = byRules(world, operation);
  expectSame(operation.name, await byBooks(books, operation), expected);
  expectSame(`what ${operation.name} delivers`, books.delivered, done(world.delivered));
  return expected;
}

/** One call of one operation, whose arguments depend on what the world has. */
class Call implements fc.AsyncCommand<World, Real> {
  constructor(
    readonly draw: (typeof DRAW_LIST)[number],
    readonly numbers: Numbers,
  ) {}

  check(): boolean {
    return true;
  }

  async run(world: World, { books, earlier, tally }: Real): Promise<void> {
    const operation = structuredClone(this.draw(world, this.numbers, earlier));
    earlier.push(operation);
    const answer = await callBoth(world, books, operation);
    const said = `${operation.name}: ${kindOf(answer)}`;
    tally.set(said, (tally.get(said) ?? 0) + 1);
  }

  toString(): string {
    return `${this.draw.name}(${this.numbers})`;
  }
}

function kindOf(answer: Answer): string {
  if (!answer.ok) return answer.code;
  return answer.replayed ? 'replayed' : 'done';
}

const calls = DRAW_LIST.map((draw) => numbers.map((drawn) => new Call(draw, drawn)));

export const commandsOf = (operations: number) =>
  fc.commands(calls, { maxCommands: operations, size: 'max' });

const newModel = (): World => newWorld(BEGIN, structuredClone(FIRST_CATALOG));

/** Runs the commands on an empty ledger, and compares everything at the end. */
export async function runCommands(
  real: Real,
  commands: Iterable<fc.AsyncCommand<World, Real>>,
): Promise<void> {
  await real.books.begin();
  const model = newModel();
  await fc.asyncModelRun(() => ({ model, real }), commands);
  await expectSameEnd(real.books, model);
}

/** Makes the same calls again; the first difference is thrown. */
export async function runOperations(books: RunBooks, operations: Operation[]): Promise<void> {
  await books.begin();
  const world = newModel();
  for (const operation of operations) await callBoth(world, books, operation);
  await expectSameEnd(books, world);
}
