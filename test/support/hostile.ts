import fc from 'fast-check';
import type { z } from 'zod';
import { ERROR_CATALOGUE } from '../../contract/error-catalogue';

/** The beginning of a forged line. */
export const FORGED = '+9999 forged';

/** Characters that control a terminal, or hide or forge text. */
const CHARACTERS = [
  ...[
    '\u001b]0;pwn\u0007',
    '\u001b[2J',
    '\n',
    '\r',
    '\r\n',
    '\t',
    '\b',
    '\0',
    '\u007f',
    '\u0085',
    '\u009b31m',
    '\u009d',
  ],
  ...['\u2028', '\u2029', '\u202e', '\u202a', '\u2066', '\u2069', '\u200e', '\u200f', '\u061c'],
  ...['\u200b', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u034f', '\u3164', '\ufe00', '\ufff9'],
  ...['\u{e0001}', '\u{e0041}', '\u{e0100}', '\ud800', '\udc00'],
];

export const hostileText = fc
  .tuple(fc.constantFrom(...CHARACTERS), fc.constantFrom(...CHARACTERS))
  .map(([one, other]) => `mild${one}${FORGED}${other}${FORGED}`);

/** Invisible characters, which must not be shown as they are. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

const INSTANTS = ['2026-01-31T09:30:00.000Z', '2031-12-24T00:00:00.000Z'];

/** Values of a schema with hostile text in every string. Optional members are mostly present. */
export function hostile<Schema extends z.ZodType>(schema: Schema): fc.Arbitrary<z.output<Schema>> {
  return arbitraryOf(schema as unknown as z.core.$ZodTypes) as fc.Arbitrary<z.output<Schema>>;
}

function arbitraryOf(schema: z.core.$ZodTypes): fc.Arbitrary<unknown> {
  const { def } = schema._zod;
  const meta = (schema as unknown as z.ZodType).meta();
  switch (def.type) {
    case 'string':
      return meta?.format === 'date-time' ? fc.constantFrom(...INSTANTS) : hostileText;
    case 'number':
      return fc.integer({ min: 1, max: 100 });
    case 'boolean':
      return fc.boolean();
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'nullable':
      return fc.option(inner(def.innerType), { freq: 4 });
    case 'optional':
      return fc.option(inner(def.innerType), { freq: 4, nil: undefined });
    case 'default':
      return inner(def.innerType);
    case 'array':
      return fc.array(inner(def.element), { minLength: 1, maxLength: 3 });
    case 'record':
      return fc.dictionary(hostileText, inner(def.valueType), {
        minKeys: 1,
        maxKeys: 2,
        noNullPrototype: true,
      });
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(def.shape).map(([key, value]) => [key, named(key, value)]),
        ),
      );
    case 'union':
      return fc.oneof(...def.options.map(inner));
    case 'unknown':
      return fc.record({ text: hostileText });
    case 'custom':
      return meta?.type === 'string'
        ? fc.constantFrom(...Object.keys(ERROR_CATALOGUE))
        : fc.record({ text: hostileText });
    default:
      throw new Error(`No values are made of a schema of type ${def.type}.`);
  }
}

function inner(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  return arbitraryOf(schema as z.core.$ZodTypes);
}

/** Every string is hostile but a currency, because money without one can't be written. */
function named(key: string, schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  return key === 'currency' ? fc.constant('USD') : inner(schema);
}
