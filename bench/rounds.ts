/**
 * A fixed number of operations, divided evenly among clients. Each client waits for one operation
 * before the next.
 */
export interface Load {
  clients: number;
  operations: number;
  operate(client: number): Promise<unknown>;
}

export interface Spread {
  median: number;
  min: number;
  max: number;
}

export interface Throughput {
  perSecond: Spread;
  p50Ms: number;
  p99Ms: number;
}

/**
 * A measurement beside its floor. `ratio` is taken round by round, because a shared machine's speed
 * changes between rounds.
 */
export interface Comparison {
  clients: number;
  subject: Throughput;
  floor: Throughput;
  ratio: Spread;
}

interface Round {
  perSecond: number;
  latenciesMs: number[];
}

/**
 * Enough for every connection to have prepared its statements and for Postgres to have chosen its
 * plans.
 */
const WARM_UP_PER_CLIENT = 16;

export async function warmUp(load: Load, perClient = WARM_UP_PER_CLIENT): Promise<void> {
  await runLoad({ ...load, operations: load.clients * perClient });
}

/**
 * Alternates the two, and which of them goes first, so that other work of the machine affects both
 * alike.
 */
export async function compare(subject: Load, floor: Load, rounds: number): Promise<Comparison> {
  const subjects: Round[] = [];
  const floors: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const floorFirst = round % 2 === 0;
    if (floorFirst) floors.push(await runLoad(floor));
    subjects.push(await runLoad(subject));
    if (!floorFirst) floors.push(await runLoad(floor));
  }
  const ratios = subjects.map(
    ({ perSecond }, round) => perSecond / (floors[round]?.perSecond ?? Number.NaN),
  );
  return {
    clients: subject.clients,
    subject: throughputOf(subjects),
    floor: throughputOf(floors),
    ratio: spreadOf(ratios),
  };
}

async function runLoad({ clients, operations, operate }: Load): Promise<Round> {
  const perClient = Math.ceil(operations / clients);
  const latenciesMs: number[] = [];
  const startedMs = performance.now();
  const work = async (client: number): Promise<void> => {
    for (let count = 0; count < perClient; count += 1) {
      const beganMs = performance.now();
      await operate(client);
      latenciesMs.push(performance.now() - beganMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => work(client)));
  return { perSecond: latenciesMs.length / ((performance.now() - startedMs) / 1000), latenciesMs };
}

function throughputOf(rounds: Round[]): Throughput {
  const latencies = rounds.flatMap(({ latenciesMs }) => latenciesMs);
  return {
    perSecond: spreadOf(rounds.map(({ perSecond }) => perSecond)),
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}

export function spreadOf(values: number[]): Spread {
  return { median: percentile(values, 0.5), min: Math.min(...values), max: Math.max(...values) };
}

/** The smallest value that this share of all values does not exceed. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
