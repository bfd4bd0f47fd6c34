import { z } from 'zod';
import type { LedgerRole } from '../access';

/**
 * A parameter of a SQL function: its type there, and how a value is sent. NULL if it is left out.
 */
export interface Parameter<Value> {
  readonly type: string;
  send(value: Value): unknown;
}

function sentAsItIs<Value>(type: string): Parameter<Value> {
  return { type, send: (value) => value };
}

export const text = sentAsItIs<string>('text');
export const oneOf = <Value extends string>() => sentAsItIs<Value>('text');
export const texts = sentAsItIs<string[]>('text[]');
export const flag = sentAsItIs<boolean>('boolean');
export const integer = sentAsItIs<number>('integer');
export const bigint = sentAsItIs<number>('bigint');
export const bigints = sentAsItIs<number[]>('bigint[]');
/** ISO 8601. */
export const time = sentAsItIs<string>('timestamp with time zone');

/** Of a value that is written as JSON already. */
export const textOfJson = sentAsItIs<string>('jsonb');

/** A null is sent as JSON's null. */
export function json<Value>(): Parameter<Value> {
  return { type: 'jsonb', send: (value) => JSON.stringify(value) };
}

export function optional<Value>({
  type,
  send,
}: Parameter<Value>): Parameter<Value | null | undefined> {
  return { type, send: (value) => (value === undefined || value === null ? null : send(value)) };
}

/** By name, in SQL's order: `p_account_id` is `accountId` here. */
export type Parameters = Readonly<Record<string, Parameter<never>>>;

export interface SqlFunction<
  Kind extends string = string,
  Given extends Parameters = Parameters,
  Answer extends z.ZodType = z.ZodType,
> {
  readonly kind: Kind;
  /** The roles that may call it. */
  readonly roles: readonly LedgerRole[];
  readonly parameters: Given;
  /** The schema of an operation's result, of a value, of each row of a page. */
  readonly answer: Answer;
  /** The function's name in SQL, if the entry has another. */
  readonly sqlName?: string;
}

function ofKind<Kind extends string>(kind: Kind) {
  return <Given extends Parameters, Answer extends z.ZodType>(
    roles: readonly LedgerRole[],
    parameters: Given,
    answer: Answer,
    sqlName?: string,
  ): SqlFunction<Kind, Given, Answer> => ({ kind, roles, parameters, answer, sqlName });
}

/** A function that may refuse, and may leave messages in the outbox. */
export const operation = ofKind('operation');
/** A function that answers with one value. */
export const value = ofKind('value');
/** A function that answers with nothing: drivers give null or an empty text. */
export const command = <Given extends Parameters>(
  roles: readonly LedgerRole[],
  parameters: Given,
) =>
  ofKind('command')(
    roles,
    parameters,
    z.custom<void>((answer) => answer === null || answer === ''),
  );
/** A function that answers with rows. */
export const page = ofKind('page');
/** A function that only views and queries call. */
export const inQuery = ofKind('in-query');

export interface Statement {
  text: string;
  values: unknown[];
}

/** The statement of each function, written at its first call. */
const WRITTEN = new WeakMap<SqlFunction, string>();

/** The statement that calls the function, and the arguments as they are sent. */
export function statementOf(name: string, called: SqlFunction, given: object): Statement {
  const text = WRITTEN.get(called) ?? textOf(name, called);
  WRITTEN.set(called, text);
  const values: unknown[] = [];
  for (const parameter in called.parameters) {
    const { send } = called.parameters[parameter] as Parameter<unknown>;
    values.push(send((given as Record<string, unknown>)[parameter]));
  }
  return { text, values };
}

/** The casts let Postgres tell a function's signatures apart. */
function textOf(name: string, { parameters, sqlName = name }: SqlFunction): string {
  const casts = Object.values(parameters).map(({ type }, index) => `$${index + 1}::${type}`);
  return `SELECT * FROM holdfast.${sqlName}(${casts.join(', ')}) AS answer`;
}

/** A row's answer: its column `answer`, or else its columns as members, with times as ISO 8601. */
export function answerIn(row: Record<string, unknown>): unknown {
  if ('answer' in row) return row.answer;
  const members = Object.entries(row).map(([column, value]) => [
    column.replaceAll(/_([a-z])/g, (_, letter) => letter.toUpperCase()),
    value instanceof Date ? value.toISOString() : value,
  ]);
  return Object.fromEntries(members);
}
