import type { FaultyProvider, ProviderFault } from '../world/provider-faults';
import type { WayState } from '../world/way';
import { CALLERS, SERVERS, type ServiceName, WORKERS, type World } from '../world/world';
import type { Disturbed, Fault } from './fault';

const AWAY = { least: 0, most: 3_000 };
const BRIEFLY = { least: 1_000, most: 5_000 };

function killOf(names: readonly ServiceName[], on: string): Fault {
  const services = ({ services }: World) => names.map((name) => services[name]);
  return {
    name: `kill ${names.join(' and ')}`,
    on,
    ms: AWAY,
    async begin({ world }) {
      await Promise.all(services(world).map((service) => service.kill()));
      return true;
    },
    async end({ world }) {
      for (const service of services(world)) service.start();
    },
  };
}

function killServer(name: 'ledger' | 'temporal', called: string): Fault {
  return {
    name: `kill ${called}`,
    on: name,
    ms: AWAY,
    async begin({ world }) {
      await world[name].kill();
      return true;
    },
    async end({ world }) {
      await world[name].restart();
      for (const caller of CALLERS) world.ways[`${caller} to ${name}`].retarget(world[name].port());
    },
  };
}

const IN_WORDS: Record<Exclude<WayState, 'whole'>, string> = {
  cut: 'cut the way',
  slow: 'slow the way',
  silent: 'silence the way',
  deaf: 'lose the answers on the way',
};

/** Each is one of the ways to that server, drawn when it happens. */
function disturbWay(server: 'ledger' | 'temporal', state: Exclude<WayState, 'whole'>): Fault {
  let mend = () => {};
  return {
    name: `${IN_WORDS[state]} to ${server === 'ledger' ? 'Postgres' : 'Temporal'}`,
    on: `ways to ${server}`,
    ms: BRIEFLY,
    async begin({ world, random }) {
      const way = world.ways[`${random.among(CALLERS)} to ${server}`];
      way.disturb(state);
      mend = () => way.mend();
      return true;
    },
    async end() {
      mend();
    },
  };
}

function disturbProvider(provider: FaultyProvider, fault: ProviderFault): Fault {
  return {
    name: `${provider} provider: ${fault}`,
    on: 'providers',
    ms: BRIEFLY,
    async begin({ world }) {
      world.providers({ [provider]: fault });
      return true;
    },
    async end({ world }) {
      world.providers({});
    },
  };
}

/** Does something to a few workflows. Some may have ended meanwhile. */
async function toSome(
  { random }: Disturbed,
  workflowIds: Iterable<string>,
  act: (workflowId: string) => Promise<void>,
): Promise<boolean> {
  const chosen = random.shuffled([...workflowIds]).slice(0, random.between(1, 3));
  const done = await Promise.allSettled(chosen.map(act));
  return done.some(({ status }) => status === 'fulfilled');
}

const terminate: Fault = {
  name: 'terminate workflows',
  on: 'workflows',
  begin: (disturbed) =>
    toSome(disturbed, disturbed.asked.running, async (workflowId) => {
      // Noted before, since the answer may be lost.
      disturbed.asked.terminated.add(workflowId);
      await disturbed.operator.terminate(workflowId);
    }),
};

const reset: Fault = {
  name: 'reset workflows',
  on: 'workflows',
  begin: (disturbed) => {
    const { running, ended } = disturbed.asked;
    return toSome(disturbed, [...running, ...ended], (workflowId) =>
      disturbed.operator.reset(workflowId),
    );
  },
};

const moveClock: Fault = {
  name: 'move a worker’s clock',
  on: 'clocks',
  ms: { least: 3_000, most: 8_000 },
  impossible: ({ clocks }) => (clocks.length > 0 ? undefined : 'libfaketime isn’t installed'),
  async begin({ world, random }) {
    random.among(world.clocks).move(random.among([-86_400, -3_600, -90, 90, 3_600, 86_400]));
    return true;
  },
  async end({ world }) {
    for (const clock of world.clocks) clock.move(0);
  },
};

const fillDisk: Fault = {
  name: 'fill the disk of the output folder',
  on: 'disk',
  ms: BRIEFLY,
  impossible: ({ disk }) =>
    disk.how === undefined ? 'no disk can be mounted, and root writes everywhere' : undefined,
  async begin({ world }) {
    world.disk.fill();
    return true;
  },
  async end({ world }) {
    world.disk.free();
  },
};

const WAY_STATES = ['cut', 'slow', 'silent', 'deaf'] as const;
const PROVIDER_FAULTS = ['hang', 'poison', 'lose-answer', 'refuse'] as const;

/** Every fault of a run. */
export const FAULTS: readonly Fault[] = [
  ...WORKERS.map((name) => killOf([name], 'workers')),
  killOf(WORKERS, 'workers'),
  killOf(['web'], 'web'),
  killServer('ledger', 'Postgres'),
  killServer('temporal', 'Temporal'),
  ...SERVERS.flatMap((server) => WAY_STATES.map((state) => disturbWay(server, state))),
  ...PROVIDER_FAULTS.map((fault) => disturbProvider('generation', fault)),
  ...PROVIDER_FAULTS.map((fault) => disturbProvider('payment', fault)),
  terminate,
  reset,
  moveClock,
  fillDisk,
];
