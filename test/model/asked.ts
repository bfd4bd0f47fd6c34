import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

/** The whole numbers that a command was given, as in `--seed 7`; they come in FUZZ_ARGUMENTS. */
export function asked<Name extends string>(defaults: Record<Name, number>): Record<Name, number> {
  const names = Object.keys(defaults) as Name[];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const args = JSON.parse(process.env.FUZZ_ARGUMENTS ?? '[]') as string[];
  const { values } = parseArgs({ args, options });
  const numbers = names.map((name) => [name, Number(values[name] ?? defaults[name])] as const);
  for (const [name, value] of numbers)
    if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} is a whole number`);
  return Object.fromEntries(numbers) as Record<Name, number>;
}

export const anySeed = (): number => randomInt(2 ** 31);

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
