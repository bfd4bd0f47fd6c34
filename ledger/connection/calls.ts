import type { z } from 'zod';
import type { Outcome } from '../../contract/outcome';
import type { FUNCTIONS } from '../functions';
import type { LedgerClock } from './ledger-clock';
import type { Parameter, SqlFunction } from './sql-function';

type Table = typeof FUNCTIONS;

export type FunctionName = keyof Table;

type NameOf<Kind extends string> = {
  [Name in FunctionName]: Table[Name] extends SqlFunction<Kind> ? Name : never;
}[FunctionName];

export type OperationName = NameOf<'operation'>;
export type ValueName = NameOf<'value'>;
export type CommandName = NameOf<'command'>;
export type PageName = NameOf<'page'>;

type Values<Name extends FunctionName> = {
  [Given in keyof Table[Name]['parameters']]: Table[Name]['parameters'][Given] extends Parameter<
    infer Value
  >
    ? Value
    : never;
};

type OptionalOf<Given> = {
  [Name in keyof Given]: undefined extends Given[Name] ? Name : never;
}[keyof Given];

/** The arguments of a call, by name; one that may be null may be left out. */
export type Given<Name extends FunctionName> = Omit<Values<Name>, OptionalOf<Values<Name>>> &
  Partial<Values<Name>>;

export type Answer<Name extends FunctionName> = z.output<Table[Name]['answer']>;

/**
 * How the ledger calls its SQL functions. All throw a HoldfastError, as `translateError` makes it.
 */
export interface LedgerCalls {
  readonly clock: LedgerClock;
  /** For a function that refuses: its result, or its refusal as a value. */
  operate<Name extends OperationName>(
    name: Name,
    given: Given<Name>,
  ): Promise<Outcome<Answer<Name>>>;
  /** For a function that answers with one value. */
  call<Name extends ValueName>(name: Name, given: Given<Name>): Promise<Answer<Name>>;
  /** For a function that answers with nothing. */
  run<Name extends CommandName>(name: Name, given: Given<Name>): Promise<void>;
  /** For a function that answers with rows. */
  page<Name extends PageName>(name: Name, given: Given<Name>): Promise<Answer<Name>[]>;
}
