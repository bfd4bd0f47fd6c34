import fc from 'fast-check';
import { BATCHED_DRAWS, DRAW_LIST, type Draw } from '../draws/draws';
import { BEGIN, FIRST_CATALOG, type Numbers } from '../draws/world';
import { byBooks, byRules, type Operation } from '../operations/operations';
import { type Answer, done, newWorld, type World } from '../rules/state';
import type { RunBooks } from './books';
import { expectSame, expectSameEnd } from './ends';
import { callTogether, mayBeTogether } from './together';

/** One call, or several at once. */
export type Step = Operation[];

/** What a run's commands share: the books, and what was called before. */
export interface Real {
  books: RunBooks;
  earlier: Step[];
  /** How often each operation had each answer. */
  tally: Map<string, number>;
}

const TOGETHER_MAX = 5;

const number = fc.nat({ max: 0xffffff });
const numbers = fc.tuple(number, number, number, number, number);
const drawnOf = (draws: Draw[]) => fc.tuple(fc.constantFrom(...draws), numbers);
type Drawn = [Draw, Numbers];

/** Calls one operation, and expects that the ledger and the rules give the same answer. */
async function callAlone(world: World, books: RunBooks, operation: Operation): Promise<Answer> {
  world.delivered = [];
  books.delivered = [];
  const expected = byRules(world, operation);
  expectSame(operation.name, await byBooks(books, operation), expected);
  expectSame(`what ${operation.name} delivers`, books.delivered, done(world.delivered));
  return expected;
}

async function call(world: World, books: RunBooks, step: Step): Promise<Answer[]> {
  const [first] = step;
  if (step.length === 1 && first) return [await callAlone(world, books, first)];
  return callTogether(world, books, step);
}

/** A step whose arguments depend on what the world has. */
class Command implements fc.AsyncCommand<World, Real> {
  constructor(readonly drawn: Drawn[]) {}

  check(): boolean {
    return true;
  }

  async run(world: World, { books, earlier, tally }: Real): Promise<void> {
    const drawn = this.drawn.map(([draw, numbers]) =>
      structuredClone(draw(world, numbers, earlier.flat())),
    );
    const fitting = drawn.filter(mayBeTogether);
    const step = fitting.length > 1 ? fitting : drawn.slice(0, 1);
    earlier.push(step);
    const answers = await call(world, books, step);
    for (const [index, answer] of answers.entries()) {
      const said = `${step[index]?.name}: ${kindOf(answer)}`;
      tally.set(said, (tally.get(said) ?? 0) + 1);
    }
  }

  toString(): string {
    return `${this.drawn.length} together`;
  }
}

function kindOf(answer: Answer): string {
  if (!answer.ok) return answer.code;
  return answer.replayed ? 'replayed' : 'done';
}

/** How the calls of a run are made. */
export type Calls = 'one by one' | 'at once' | 'in batches';

/** Lists of commands of that many steps at most; but for `one by one` some are several calls. */
export function commandsOf(steps: number, calls: Calls) {
  const several = (draws: Draw[]) =>
    fc.array(drawnOf(draws), { minLength: 2, maxLength: TOGETHER_MAX });
  const drawn: fc.Arbitrary<Drawn[]>[] = [fc.tuple(drawnOf(DRAW_LIST))];
  if (calls !== 'one by one') drawn.push(several(DRAW_LIST));
  if (calls === 'in batches') drawn.push(several(BATCHED_DRAWS));
  const commands = drawn.map((one) => one.map((all) => new Command(all)));
  return fc.commands(commands, { maxCommands: steps, size: 'max' });
}

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
export async function runSteps(books: RunBooks, steps: Step[]): Promise<void> {
  await books.begin();
  const world = newModel();
  for (const step of steps) await call(world, books, step);
  await expectSameEnd(books, world);
}
