import { z } from 'zod';

/** A parameter of a SQL function: its type there, and how a value is sent. What is left out is SQL's NULL. */
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

/** A null is JSON's. */
export function json<Value>(): Parameter<Value> {
  return { type: 'jsonb', send: (value) => JSON.stringify(value) };
}

export function optional<Value>({
  type,
  send,
}: Parameter<Value>): Parameter<Value | null | undefined> {
  return { type, send: (value) => (value === undefined || value === null ? null : send(value)) };
}

/** By their names in SQL, `p_account_id` being `accountId` here, in the order in which they stand there. */
export type Parameters = Readonly<Record<string, Parameter<never>>>;

export interface SqlFunction<
  Kind extends string = string,
  Given extends Parameters = Parameters,
  Answer extends z.ZodType = z.ZodType,
> {
  readonly kind: Kind;
  readonly parameters: Given;
  /** Of an operation's result, of a value, of each row of a page. */
  readonly answer: Answer;
  /** Where it is not the entry's own name. */
  readonly sqlName?: string;
}

function ofKind<Kind extends string>(kind: Kind) {
  return <Given extends Parameters, Answer extends z.ZodType>(
    parameters: Given,
    answer: Answer,
    sqlName?: string,
  ): SqlFunction<Kind, Given, Answer> => ({ kind, parameters, answer, sqlName });
}

/** It refuses, and may leave messages in the outbox. */
export const operation = ofKind('operation');
/** It answers with one value. */
export const value = ofKind('value');
/** It answers with nothing, which a driver may say in several ways. */
export const command = <Given extends Parameters>(parameters: Given) =>
  ofKind('command')(
    parameters,
    z.custom<void>((answer) => answer === null || answer === ''),
  );
/** It answers with rows. */
export const page = ofKind('page');
/** It is no call of its own: a view or a query takes it in. */
export const inQuery = ofKind('in-query');

export interface Statement {
  text: string;
  values: unknown[];
}

/** Each function's statement is written once. */
const WRITTEN = new WeakMap<SqlFunction, string>();

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

/** Its parameters are cast, so that Postgres can tell a function's signatures apart. */
function textOf(name: string, { parameters, sqlName = name }: SqlFunction): string {
  const casts = Object.values(parameters).map(({ type }, index) => `$${index + 1}::${type}`);
  return `SELECT * FROM holdfast.${sqlName}(${casts.join(', ')}) AS answer`;
}

/** A value stands in a column of the statement's own name; else the columns are the answer's members. */
export function answerIn(row: Record<string, unknown>): unknown {
  if ('answer' in row) return row.answer;
  const members = Object.entries(row).map(([column, value]) => [
    column.replaceAll(/_([a-z])/g, (_, letter) => letter.toUpperCase()),
    value instanceof Date ? value.toISOString() : value,
  ]);
  return Object.fromEntries(members);
}
