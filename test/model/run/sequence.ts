import fc from 'fast-check';
import { DRAW_LIST } from '../draws/draws';
import { BEGIN, FIRST_CATALOG, type Numbers } from '../draws/world';
import { byBooks, byRules, type Operation } from '../operations';
import { done, newWorld, type World } from '../rules/state';
import type { RunBooks } from './books';
import { expectSame, expectSameEnd } from './ends';

/** What a run's commands share: the books, what was called before, and a log if one is kept. */
export interface Real {
  books: RunBooks;
  earlier: Operation[];
  log?: string[];
}

const number = fc.nat({ max: 0xffffff });
const numbers = fc.tuple(number, number, number, number, number);

/** One call of one operation, of which rules and ledger give the same answer. */
class Call implements fc.AsyncCommand<World, Real> {
  constructor(
    readonly draw: (typeof DRAW_LIST)[number],
    readonly numbers: Numbers,
  ) {}

  check(): boolean {
    return true;
  }

  async run(world: World, { books, earlier, log }: Real): Promise<void> {
    const operation = this.draw(world, this.numbers, earlier);
    log?.push(`${operation.name} ${JSON.stringify(operation.given)}`);
    earlier.push(structuredClone(operation));
    world.delivered = [];
    books.delivered = [];
    const expected = byRules(world, operation);
    expectSame(operation.name, await byBooks(books, operation), expected as never);
    expectSame(`what ${operation.name} delivers`, books.delivered, done(world.delivered) as never);
  }

  toString(): string {
    return `${this.draw.name}(${this.numbers})`;
  }
}

export const calls = DRAW_LIST.map((draw) => numbers.map((drawn) => new Call(draw, drawn)));

export const commandsOf = (operations: number) =>
  fc.commands(calls, { maxCommands: operations, size: 'max' });

/** Runs the commands on an empty ledger, and compares everything at the end. */
export async function runSequence(
  books: RunBooks,
  commands: Iterable<fc.AsyncCommand<World, Real>>,
  log?: string[],
): Promise<Operation[]> {
  await books.begin();
  const earlier: Operation[] = [];
  const world = newWorld(BEGIN, structuredClone(FIRST_CATALOG));
  const setup = () => ({ model: world, real: { books, earlier, log } });
  await fc.asyncModelRun(setup, commands as Iterable<fc.AsyncCommand<World, Real>>);
  await expectSameEnd(books, world);
  return earlier;
}
