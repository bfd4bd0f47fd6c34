import '../../support/process/temporal';
import { recordedHistories } from '../histories';
import { type Instrumented, untakenBranches, untakenLines } from './branches';
import { bundleChanged, type ChangedBundle } from './changed-bundle';
import { type Replayed, replayReporting } from './commands';
import { ALL_MUTANTS } from './mutants';
import { NEVER_CONTINUED, NEVER_TAKEN } from './never-taken';
import { newest, recordedCommands } from './recorded-commands';

const HISTORIES = recordedHistories();
const NEWEST = newest(HISTORIES);

const CONTINUES = /\bcontinue(AsNew|InNewRun)\b.*\(/;

let bundle: ChangedBundle;
let today: Replayed[];
const taken = new Set<string>();

beforeAll(async () => {
  bundle = await bundleChanged(ALL_MUTANTS);
  today = await replayReporting(bundle.codeOf(), HISTORIES, (branches) => {
    for (const branch of branches) taken.add(branch);
  });
});

describe('a replay of today’s workflows', () => {
  test.each(NEWEST)('gives the commands that were recorded in $name', ({ name }) => {
    const { commands, error } = today.find((one) => one.name === name) ?? {};
    expect(error).toBeUndefined();
    expect(commands).toEqual(recordedCommands(name));
  });
});

/** The untaken places of the files whose path ends so, by what follows `workflows/`. */
function untakenIn(
  file: RegExp,
  find: (path: string, file: Instrumented) => string[],
): Record<string, Set<string>> {
  const found = Object.entries(bundle.files).flatMap(([path, instrumented]) => {
    const [, name = ''] = path.split('/workflows/');
    const untaken = file.test(name) ? find(path, instrumented) : [];
    return untaken.length > 0 ? [[name, new Set(untaken)]] : [];
  });
  return Object.fromEntries(found);
}

/** The lines by file, of a table that says why. */
function linesOf(table: Record<string, Record<string, string>>): Record<string, Set<string>> {
  const lines = Object.entries(table).map(([file, whys]) => [file, new Set(Object.keys(whys))]);
  return Object.fromEntries(lines);
}

describe('the recorded histories', () => {
  test('continue as a new run wherever a workflow can', () => {
    const untaken = untakenIn(/./, (path, file) => untakenLines(path, file, taken, CONTINUES));
    expect(untaken).toEqual(linesOf(NEVER_CONTINUED));
  });

  test('take every branch of purchases and of waiting', () => {
    const untaken = untakenIn(/^purchase|^generation\/waiting|^proxies\/purchase/, (path, file) =>
      untakenBranches(path, file, taken),
    );
    expect(untaken).toEqual(linesOf(NEVER_TAKEN));
  });
});
