import type { z } from 'zod';

type Schema = z.core.$ZodTypes;

/** The variants at one place of a schema, and those that have been seen. */
interface Place {
  path: string;
  unseen: Set<string>;
}

const VARIANTS: Record<string, string[]> = {
  optional: ['absent', 'present'],
  nullable: ['null', 'a value'],
  boolean: ['true', 'false'],
  array: ['an item'],
  record: ['a member'],
};

/**
 * Records which variants of schemas have been seen in values: at each place absent, null, true or
 * false, each of several literals, and each option of a union. A schema that several others use is
 * one place.
 */
export class Coverage {
  readonly #places = new Map<Schema, Place>();

  /** Requires the variants of a schema from now on. */
  expect(path: string, schema: z.core.$ZodType): void {
    const place = schema as Schema;
    if (this.#places.has(place)) return;
    this.#places.set(place, { path, unseen: new Set(variantsOf(place)) });
    for (const [step, child] of childrenOf(place)) this.expect(path + step, child);
  }

  /** Records a value that fits the schema. */
  see(schema: z.core.$ZodType, value: unknown): void {
    const place = schema as Schema;
    const { def } = place._zod;
    for (const variant of variantsIn(place, value)) this.#places.get(place)?.unseen.delete(variant);
    if (value === undefined || (value === null && def.type === 'object')) return;
    if (def.type === 'object') {
      for (const [key, member] of Object.entries(def.shape))
        this.see(member, (value as Members)[key]);
    } else if (def.type === 'array' || def.type === 'record') {
      const element = def.type === 'array' ? def.element : def.valueType;
      for (const item of Object.values(value as object)) this.see(element, item);
    } else if (def.type === 'union') {
      const option = optionFor(place, value);
      if (option) this.see(option, value);
    } else {
      for (const [, inner] of childrenOf(place)) this.see(inner, value);
    }
  }

  /** `path: variant` of each variant that has not been seen. */
  missing(): string[] {
    return [...this.#places.values()].flatMap(({ path, unseen }) =>
      [...unseen].map((variant) => `${path}: ${variant}`),
    );
  }
}

type Members = Record<string, unknown>;

function variantsOf({ _zod: { def } }: Schema): string[] {
  if (def.type === 'enum') return Object.values(def.entries).map(String);
  if (def.type === 'union') return def.options.map((_, index) => `option ${index + 1}`);
  return VARIANTS[def.type] ?? [];
}

function variantsIn(schema: Schema, value: unknown): string[] {
  const { def } = schema._zod;
  if (def.type === 'optional') return [value === undefined ? 'absent' : 'present'];
  if (def.type === 'nullable') return [value === null ? 'null' : 'a value'];
  if (def.type === 'enum' || def.type === 'boolean') return [String(value)];
  if (def.type === 'union')
    return [`option ${def.options.indexOf(optionFor(schema, value) as never) + 1}`];
  const isFilled = value instanceof Object && Object.keys(value).length > 0;
  return isFilled && (def.type === 'array' || def.type === 'record')
    ? (VARIANTS[def.type] ?? [])
    : [];
}

/** The first option of a union that the value fits, as zod chooses it. */
function optionFor({ _zod: { def } }: Schema, value: unknown): z.core.$ZodType | undefined {
  if (def.type !== 'union') return undefined;
  return def.options.find((option) => (option as z.ZodType).safeParse(value).success);
}

function childrenOf({ _zod: { def } }: Schema): [step: string, child: z.core.$ZodType][] {
  if (def.type === 'object')
    return Object.entries(def.shape).map(([key, member]) => [`.${key}`, member]);
  if (def.type === 'array') return [['[]', def.element]];
  if (def.type === 'record') return [['{}', def.valueType]];
  if (def.type === 'union') return def.options.map((option, index) => [`|${index + 1}`, option]);
  if (def.type === 'pipe') return [['', def.out]];
  return 'innerType' in def ? [['', def.innerType]] : [];
}
