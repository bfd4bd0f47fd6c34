/** A deliberate fault in a workflow, which the recorded histories and commands must show. */
export interface Mutant {
  /** What was done to the workflow. */
  name: string;
  /** The source, from the checkout's root. */
  file: string;
  /** What is replaced, which the source has once, and by what. */
  from: string;
  to: string;
  /** What the texts are. */
  as: 'expression' | 'members of an object' | 'statements';
  /** The scenario whose recording shows it. */
  shownBy: string;
}

/**
 * The source of a file with all of its mutants in it, each switched on by the global `mutant`.
 *
 * @throws Error if the source doesn't have a mutant's text exactly once
 */
export function withMutants(source: string, mutants: Mutant[]): string {
  const places = new Map<number, Mutant[]>();
  for (const mutant of mutants) {
    const at = source.indexOf(mutant.from);
    if (at === -1 || source.includes(mutant.from, at + 1))
      throw new Error(`“${mutant.name}” has to find its text once in ${mutant.file}.`);
    places.set(at, [...(places.get(at) ?? []), mutant]);
  }
  // From the end, so that the other places stay where they are.
  return [...places].sort(([a], [b]) => b - a).reduce(atItsPlace, source);
}

function atItsPlace(source: string, [at, mutants]: [number, Mutant[]]): string {
  const [{ from, as }] = mutants as [Mutant];
  const isSame = mutants.every((mutant) => mutant.from === from && mutant.as === as);
  if (!isSame || !source.startsWith(from, at))
    throw new Error(`The texts of mutants overlap: ${from}`);
  const switched = mutants.reduceRight(
    (otherwise, mutant) => {
      const isOn = `globalThis.mutant === ${JSON.stringify(mutant.name)}`;
      return as === 'statements'
        ? `if (${isOn}) { ${mutant.to} } else { ${otherwise} }`
        : `${isOn} ? ${inBrackets(mutant.to, as)} : ${otherwise}`;
    },
    as === 'statements' ? from : inBrackets(from, as),
  );
  const whole = as === 'statements' ? switched : `(${switched})`;
  const spread = as === 'members of an object' ? '...' : '';
  const ignored = `${spread}/* istanbul ignore next */ ${whole}`;
  return source.slice(0, at) + ignored + source.slice(at + from.length);
}

function inBrackets(text: string, as: Mutant['as']): string {
  return as === 'expression' ? `(${text})` : `{ ${text} }`;
}

type Texts = [name: string, file: string, from: string, to: string, shownBy: string];

export function expression(...[name, file, from, to, shownBy]: Texts): Mutant {
  return { name, file, from, to, as: 'expression', shownBy };
}

export function members(...[name, file, from, to, shownBy]: Texts): Mutant {
  return { name, file, from, to, as: 'members of an object', shownBy };
}

export function statements(...[name, file, from, to, shownBy]: Texts): Mutant {
  return { name, file, from, to, as: 'statements', shownBy };
}
