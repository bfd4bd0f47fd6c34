import { cpuBetween, type ReadCpu } from './session-cpu';

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
  /** The CPU time of the server's sessions for one operation, where it is known. */
  cpuUs?: Spread;
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
  /** The floor's CPU time beside the subject's: it says much the same on a machine that is busy. */
  cpuRatio?: Spread;
}

interface Round {
  perSecond: number;
  cpuUs?: number;
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
export async function compare(
  subject: Load,
  floor: Load,
  rounds: number,
  readCpu?: ReadCpu,
): Promise<Comparison> {
  const subjects: Round[] = [];
  const floors: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const floorFirst = round % 2 === 0;
    if (floorFirst) floors.push(await runLoad(floor, readCpu));
    subjects.push(await runLoad(subject, readCpu));
    if (!floorFirst) floors.push(await runLoad(floor, readCpu));
  }
  const ratios = subjects.map(
    ({ perSecond }, round) => perSecond / (floors[round]?.perSecond ?? Number.NaN),
  );
  const cpuRatios = subjects.map(
    ({ cpuUs }, round) => (floors[round]?.cpuUs ?? Number.NaN) / (cpuUs ?? Number.NaN),
  );
  return {
    clients: subject.clients,
    subject: throughputOf(subjects),
    floor: throughputOf(floors),
    ratio: spreadOf(ratios),
    ...(cpuRatios.every((ratio) => !Number.isNaN(ratio)) && { cpuRatio: spreadOf(cpuRatios) }),
  };
}

async function runLoad({ clients, operations, operate }: Load, readCpu?: ReadCpu): Promise<Round> {
  const perClient = Math.ceil(operations / clients);
  const latenciesMs: number[] = [];
  const cpuBefore = await readCpu?.();
  const startedMs = performance.now();
  const work = async (client: number): Promise<void> => {
    for (let count = 0; count < perClient; count += 1) {
      const beganMs = performance.now();
      await operate(client);
      latenciesMs.push(performance.now() - beganMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => work(client)));
  const perSecond = latenciesMs.length / ((performance.now() - startedMs) / 1000);
  const usedUs = cpuBefore && readCpu && cpuBetween(cpuBefore, await readCpu());
  return { perSecond, latenciesMs, cpuUs: usedUs && usedUs / latenciesMs.length };
}

function throughputOf(rounds: Round[]): Throughput {
  const latencies = rounds.flatMap(({ latenciesMs }) => latenciesMs);
  const used = rounds.flatMap(({ cpuUs }) => (cpuUs === undefined ? [] : [cpuUs]));
  return {
    perSecond: spreadOf(rounds.map(({ perSecond }) => perSecond)),
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    ...(used.length === rounds.length && { cpuUs: spreadOf(used) }),
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
