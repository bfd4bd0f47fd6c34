import type { z } from 'zod';
import type { Connections } from './connections';
import type { Answer, Screen } from './terminal/screen';

/** What a command does with its arguments: it asks, and answers. */
export type Action<Printed extends z.ZodType, Args extends unknown[]> = (
  tools: { connections: Connections; screen: Screen },
  ...args: Args
) => Promise<Answer<z.input<Printed>>>;

/** Turns a command's action into what commander calls. `printed` is the shape of its JSON: its keys, and their order. */
export type Run = <Printed extends z.ZodType, Args extends unknown[]>(
  printed: Printed,
  action: Action<Printed, Args>,
) => (...args: Args) => Promise<void>;
