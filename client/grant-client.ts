import { COMMAND_WITHIN_SECONDS } from '../contract/command';
import { HoldfastError } from '../contract/errors';
import { type CreatedGrant, type GrantRequest, parseGrant } from '../contract/grant';
import { canonicalJson } from '../contract/json';
import { grantWorkflowId } from '../workflows/messages';
import { ACCOUNT_ATTRIBUTE } from '../workflows/search-attributes';
import type { grantWorkflow } from '../workflows/workflows';
import { type ClientContext, proofOf } from './client-context';
import { translateCallError } from './errors';

const GRANT_TIMEOUT_MS = 10_000;

/**
 * A grant as the ledger made it; times are ISO 8601, and `expiresAt` is null for a grant that ends
 * with its term.
 */
export type GrantedCredits = CreatedGrant;

/** How a grant is sent. */
export interface GrantOptions {
  /** How long to wait for the answer; 10,000 by default. */
  timeoutMs?: number;
  /** Its proof, made elsewhere; by default the client's own `proof` makes one. */
  proof?: string;
}

/**
 * Promotions and adjustments. The grants of plans and packs come with subscriptions and purchases.
 */
export class Grants {
  readonly #context: ClientContext;

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /**
   * Grants credits, once per key: a repetition with the same key and body gets the first grant, and
   * with another body IDEMPOTENCY_CONFLICT. Waits 10 seconds for the answer, or `timeoutMs`. After
   * NO_WORKER, ADMISSION_UNKNOWN and TEMPORAL_UNAVAILABLE repeat the call with the same key; without
   * that, nothing is granted after `details.notAfter`. A minute after its start a grant is refused
   * with COMMAND_EXPIRED.
   *
   * @example await holdfast.grants.create({
   *   accountId: 'acme', key: 'ticket-4711', credits: 20,
   *   source: 'adjustment', reason: 'Ticket 4711', by: 'sam',
   * })
   * @throws HoldfastError bad input by its own code; IDEMPOTENCY_CONFLICT, EXPIRY_REQUIRED,
   *   EXPIRY_IN_PAST, SUBSCRIPTION_REQUIRED, BALANCE_LIMIT_EXCEEDED, COMMAND_EXPIRED;
   *   PROOF_REQUIRED, PROOF_REJECTED; NO_WORKER, ADMISSION_UNKNOWN, TEMPORAL_UNAVAILABLE
   */
  async create(
    raw: GrantRequest,
    { timeoutMs = GRANT_TIMEOUT_MS, proof: given }: GrantOptions = {},
  ): Promise<GrantedCredits> {
    const request = parseGrant(raw);
    const { accountId, key } = request;
    const proof = await proofOf(this.#context, 'grant', request, given);
    try {
      const outcome = await this.#context.temporal.connection.withDeadline(
        Date.now() + timeoutMs,
        async () => {
          await this.#context.ledgerCheck.ensure();
          return this.#context.temporal.workflow.execute<typeof grantWorkflow>('grantWorkflow', {
            workflowId: grantWorkflowId(accountId, key),
            taskQueue: this.#context.taskQueue,
            args: [request, ...proof],
            workflowIdConflictPolicy: 'USE_EXISTING',
            workflowIdReusePolicy: 'ALLOW_DUPLICATE',
            staticSummary: `${request.credits} credits for ${accountId} (${request.source})`,
            typedSearchAttributes: [{ key: ACCOUNT_ATTRIBUTE, value: accountId }],
          });
        },
      );
      // A call that joined a running workflow gets that workflow's answer, which may be to another
      // request.
      if (canonicalJson(outcome.request) !== canonicalJson(request)) {
        throw new HoldfastError(
          'IDEMPOTENCY_CONFLICT',
          `Key ${key} was used before for another grant.`,
          { key },
        );
      }
      if (!outcome.ok) throw HoldfastError.of(outcome.refusal);
      return outcome.grant;
    } catch (error) {
      const { temporal, taskQueue } = this.#context;
      throw await translateCallError(error, temporal, taskQueue, COMMAND_WITHIN_SECONDS);
    }
  }
}
