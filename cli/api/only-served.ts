import { HoldfastError } from '../../contract/errors';

/**
 * What the HTTP API serves of something larger. What it doesn't is refused when a command asks for
 * it, by name.
 *
 * @throws HoldfastError NOT_OVER_HTTP
 */
export function onlyServed<Whole extends object>(served: object): Whole {
  return new Proxy(served, {
    get(target, name) {
      if (typeof name === 'symbol' || name === 'then' || name in target)
        return Reflect.get(target, name);
      throw notOverHttp();
    },
  }) as Whole;
}

export function notOverHttp(): HoldfastError {
  return new HoldfastError(
    'NOT_OVER_HTTP',
    'This command needs the database or Temporal itself: leave --api out, on a machine that reaches them. A command that asks before it does something by hand may go without: --yes.',
  );
}
