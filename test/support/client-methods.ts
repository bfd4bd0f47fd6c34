import type { HoldfastClient } from '../../client/client';

/** The methods of a client by their names: `generations.start`, `quote`, … */
export function methodsOfClient(client: HoldfastClient): string[] {
  const groups = Object.entries(client).flatMap(([group, methods]) =>
    methodsOf(methods).map((name) => `${group}.${name}`),
  );
  return [...methodsOf(client), ...groups];
}

function methodsOf(thing: object): string[] {
  return [
    ...Object.getOwnPropertyNames(Object.getPrototypeOf(thing)),
    ...Object.getOwnPropertyNames(thing),
  ].filter(
    (name) => !(name in Object.prototype) && typeof Reflect.get(thing, name, thing) === 'function',
  );
}
