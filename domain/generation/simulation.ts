/** What the stub provider can be told to do, by `simulate` in a request's input: name → what happens. */
export const SIMULATIONS = {
  transient: 'The provider is unreachable twice, then works.',
  'rate-limited': 'The provider asks to come back in a second, then works.',
  permanent: 'The job is accepted and then fails: content-refused.',
  refused: 'The job is never accepted: content-refused.',
  shorter: 'The output is about half as long as was asked for.',
  'finish-after-cancel': 'A cancellation comes too late: the job succeeds all the same.',
  hang: 'The job never ends by itself; cancelling works.',
  slow: 'The job takes ten times as long.',
} as const satisfies Record<string, string>;

export type Simulation = keyof typeof SIMULATIONS;

export function isSimulation(mode: unknown): mode is Simulation {
  return typeof mode === 'string' && Object.hasOwn(SIMULATIONS, mode);
}
