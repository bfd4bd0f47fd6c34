import type { FastifyReply } from 'fastify';
import { REPLAYED_HEADER } from '../contract/by-hand-bodies';
import { HoldfastError } from '../contract/errors';
import type { Outcome } from '../contract/outcome';
import { createLedger, type Deliver, type Ledger } from '../ledger/ledger';
import { expectAccess } from '../ledger/roles/expect-access';
import type { RouteContext } from './route-context';
import type { WebConfig } from './web-config';

/** The ledger by an operator's login, and the interval that `interventions.stuck` wants. */
export interface OperatorLogin {
  ledger: Ledger;
  stuckIntervalMs: number;
}

/** Acts are few, and one that waits for an account's lock must not stop them all. */
const CONNECTIONS = 4;

/**
 * Opens the operator's login, if there is one, of the ledger that the process serves.
 *
 * @throws HoldfastError LEDGER_ACCESS_DENIED, LEDGER_MISMATCH, LEDGER_UNAVAILABLE
 */
export async function openOperatorLogin(
  { operatorDatabaseUrl: databaseUrl, connectWithinMs, stuckIntervalMs }: WebConfig,
  deliver: Deliver,
  served: Ledger,
): Promise<OperatorLogin | undefined> {
  if (databaseUrl === undefined) return undefined;
  await expectAccess(databaseUrl, 'operator');
  const ledger = createLedger({
    ...{ databaseUrl, connectWithinMs, deliver, maxConnections: CONNECTIONS },
  });
  try {
    const [id, servedId] = await Promise.all([ledger.ledgerId(), served.ledgerId()]);
    if (id === servedId) return { ledger, stuckIntervalMs };
  } catch (error) {
    await ledger.close();
    throw error;
  }
  await ledger.close();
  throw new HoldfastError(
    'LEDGER_MISMATCH',
    'HOLDFAST_WEB_OPERATOR_DATABASE_URL leads to another ledger than DATABASE_URL.',
  );
}

/** @throws HoldfastError OPERATORS_NOT_SERVED */
export function operatorLoginOf({ operator }: Pick<RouteContext, 'operator'>): OperatorLogin {
  if (operator) return operator;
  throw new HoldfastError(
    'OPERATORS_NOT_SERVED',
    'This web process has no operator’s login: set HOLDFAST_WEB_OPERATOR_DATABASE_URL, or ask one that has.',
  );
}

/** Answers with the value of an operation. @throws HoldfastError its refusal */
export async function answerOf<T>(reply: FastifyReply, outcome: Promise<Outcome<T>>): Promise<T> {
  const settled = await outcome;
  if (!settled.ok) throw HoldfastError.of(settled.refusal);
  reply.header(REPLAYED_HEADER, String(settled.replayed));
  return settled.value;
}
