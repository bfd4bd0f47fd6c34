import { z } from 'zod';
import { type ErrorCode, type ErrorDetails, HoldfastError } from './errors';
import { codeOf } from './fields';

/** The code and figures of a check, beside its message; `params` of a custom issue. */
export interface OwnProblem {
  code: ErrorCode;
  details?: ErrorDetails;
}

/**
 * Parses a value from outside by its schema.
 *
 * @throws HoldfastError with the code of the first field that is wrong, else INVALID_ARGUMENT;
 *   `details.field` names the field
 */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw problemOf(parsed.error, { schema, raw, beginning: `The ${what} is not valid` });
}

/** {@link parse} as a function of the value alone. */
export function parser<Schema extends z.ZodType>(
  schema: Schema,
  what: string,
): (raw: unknown) => z.output<Schema> {
  return (raw) => parse(schema, raw, what);
}

/**
 * Parses one field. `what` begins the message, e.g. `Account id`.
 *
 * @throws HoldfastError with the field's code
 */
export function parseField<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const code =
    ownProblemOf(issues[0])?.code ?? codeAt(schema, issues[0]?.path ?? []) ?? 'INVALID_ARGUMENT';
  const messages = issues.map(({ message }) => message).join('; ');
  throw new HoldfastError(code, `${what} is not valid: ${messages}`);
}

/** A message repeats unknown members, however long they are. Temporal refuses a lone surrogate. */
const PROBLEMS_LENGTH_MAX = 2_000;

function problemOf(
  error: z.ZodError,
  { schema, raw, beginning }: { schema: z.ZodType; raw: unknown; beginning: string },
): HoldfastError {
  const first = decidingIssue(error.issues, raw);
  const path = first?.path ?? [];
  const own = ownProblemOf(first);
  const problems = z
    .prettifyError(error)
    .replaceAll('\n', ' ')
    .slice(0, PROBLEMS_LENGTH_MAX)
    .toWellFormed();
  const { code = 'INVALID_ARGUMENT', field = path[0] } = codedAt(schema, path);
  const details = { ...(field !== undefined && { field: String(field) }), ...own?.details };
  return new HoldfastError(own?.code ?? code, `${beginning}: ${problems}`, details);
}

/** A field that is missing beside a member with nearly its name is misspelt. */
function decidingIssue(issues: z.core.$ZodIssue[], raw: unknown): z.core.$ZodIssue | undefined {
  const [first] = issues;
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys');
  const isMissing =
    first?.path.length === 1 && raw instanceof Object && !(String(first.path[0]) in raw);
  if (!isMissing || !unknown) return first;
  const missing = lettersOf(String(first.path[0]));
  const isLike = (name: string) =>
    name !== '' && (name.startsWith(missing) || missing.startsWith(name));
  return unknown.keys.map(lettersOf).some(isLike) ? unknown : first;
}

const lettersOf = (name: string) => name.toLowerCase().replaceAll(/[^a-z]/g, '');

function ownProblemOf(issue: z.core.$ZodIssue | undefined): OwnProblem | undefined {
  const params = issue?.code === 'custom' ? issue.params : undefined;
  return typeof params?.code === 'string' ? (params as unknown as OwnProblem) : undefined;
}

/** The code of the innermost field on the path that has one. */
export function codeAt(
  schema: z.core.$ZodType,
  path: readonly PropertyKey[],
): ErrorCode | undefined {
  return codedAt(schema, path).code;
}

function codedAt(
  schema: z.core.$ZodType,
  path: readonly PropertyKey[],
): { code?: ErrorCode; field?: PropertyKey } {
  let coded: { code?: ErrorCode; field?: PropertyKey } = {};
  let current: z.core.$ZodType | undefined = schema;
  for (const step of [undefined, ...path]) {
    if (step !== undefined) current = memberOf(current, step);
    for (const layer of layersOf(current)) {
      const code = codeOf(layer);
      if (code !== undefined) coded = { code, field: step };
      current = layer;
    }
  }
  return coded;
}

/** A schema and the schemas that it wraps, from outside in. */
function layersOf(schema: z.core.$ZodType | undefined): z.core.$ZodType[] {
  if (schema === undefined) return [];
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if ('innerType' in def) return [schema, ...layersOf(def.innerType)];
  if (def.type !== 'pipe') return [schema];
  const isBefore = ['transform', 'unknown'].includes((def.in as z.core.$ZodTypes)._zod.def.type);
  return [schema, ...layersOf(isBefore ? def.out : def.in)];
}

function memberOf(
  schema: z.core.$ZodType | undefined,
  step: PropertyKey,
): z.core.$ZodType | undefined {
  const { def } = ((schema ?? z.never()) as z.core.$ZodTypes)._zod;
  if (def.type === 'object') return def.shape[String(step)];
  if (def.type === 'array') return def.element;
  if (def.type === 'record') return def.valueType;
  if (def.type !== 'union') return undefined;
  return def.options
    .map((option) => memberOf(layersOf(option).at(-1), step))
    .find((member) => member !== undefined);
}

/**
 * A value in its published form: members in the schema's order, without unpublished ones. (The
 * ledger's JSON has the database's order.) A value that an earlier version stored under other
 * limits is returned unchanged.
 */
export function published<Schema extends z.ZodType>(
  schema: Schema,
  value: z.input<Schema>,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : (value as z.output<Schema>);
}
