import type { Connections } from './connections';
import type { Answer, Screen } from './terminal/screen';

/** What a command does with its arguments: it asks, and answers. */
export type Action<Args extends unknown[]> = (
  tools: { connections: Connections; screen: Screen },
  ...args: Args
) => Promise<Answer>;

/** Turns a command's action into what commander calls. */
export type Run = <Args extends unknown[]>(action: Action<Args>) => (...args: Args) => Promise<void>;
