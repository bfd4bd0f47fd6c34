import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { type Lateness, LEDGER_JUDGES } from '../contract/command';
import type { GenerationRequest, StartedRequest } from '../contract/generation';
import type { Admission, GenerationResult } from '../contract/generation-result';
import { resultOfRecord } from '../domain/generation/generation-result';
import { withoutInput } from '../domain/generation/request-body';
import { waitingAt } from '../domain/generation/waiting-place';
import { legible } from '../domain/legible';
import { admissionUpdate, generationWorkflowId, inputUpdate } from '../workflows/messages';
import { ACCOUNT_ATTRIBUTE, KIND_ATTRIBUTE } from '../workflows/search-attributes';
import type { generationWorkflow } from '../workflows/workflows';
import { askBriefly } from './ask-briefly';
import { type ClientContext, repeatWhileLost } from './client-context';
import { isUpdateOfEndedWorkflow } from './errors';
import { type HashedRequest, isUnbegun } from './recorded-result';
import { idOfAdmission, idOfInput } from './update-ids';

/** One that was ended from outside is started again only where the ledger has nothing of it. */
type Reuse = 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE_FAILED_ONLY';

/** Asks the workflows of requests for their admission, and starts those that don't run yet. */
export class AdmissionRequests {
  readonly #context: ClientContext;
  readonly #resultOf: (asked: HashedRequest) => Promise<GenerationResult>;

  /** `resultOf`: the result of a request whose workflow has ended. */
  constructor(
    context: ClientContext,
    resultOf: (asked: HashedRequest) => Promise<GenerationResult>,
  ) {
    this.#context = context;
    this.#resultOf = resultOf;
  }

  /**
   * The admission of the request. One that is `expected` to be refused starts without its input,
   * which is sent if it is admitted all the same. Throws Temporal's errors, and those of `resultOf`.
   */
  async ask(asked: HashedRequest, expected: 'admission' | 'refusal'): Promise<Admission> {
    await this.#context.ledgerCheck.ensure();
    try {
      return await this.#admission(asked, expected, 'REJECT_DUPLICATE');
    } catch (error) {
      if (!isUnbegun(error)) throw error;
      return this.#admission(asked, expected, 'ALLOW_DUPLICATE_FAILED_ONLY');
    }
  }

  async #admission(
    asked: HashedRequest,
    expected: 'admission' | 'refusal',
    reuse: Reuse,
  ): Promise<Admission> {
    try {
      const { request } = asked;
      const started = expected === 'refusal' ? withoutInput(request) : request;
      const first = await this.#start(asked, started, reuse);
      const admission = first.status === 'input-required' ? await this.#sendInput(asked) : first;
      return admission.status === 'waiting'
        ? await this.#presentAdmission(asked.request, admission)
        : admission;
    } catch (error) {
      if (
        !(error instanceof WorkflowExecutionAlreadyStartedError) &&
        !(error instanceof WorkflowNotFoundError) &&
        !isUpdateOfEndedWorkflow(error)
      )
        throw error;
      const result = await this.#resultOf(asked);
      return {
        requestHash: result.requestHash,
        status: 'ended',
        reserved: result.reserved,
        result,
      };
    }
  }

  #start(
    { request, requestHash }: HashedRequest,
    started: StartedRequest,
    reuse: Reuse,
  ): Promise<Admission> {
    const { accountId, requestId, kind } = request;
    const { temporal, taskQueue } = this.#context;
    const startOptions = {
      workflowId: generationWorkflowId(accountId, requestId),
      taskQueue,
      args: [started, LEDGER_JUDGES] as [StartedRequest, Lateness],
      workflowIdConflictPolicy: 'USE_EXISTING' as const,
      workflowIdReusePolicy: reuse,
      staticSummary: legible(`${kind} for ${accountId}`),
      typedSearchAttributes: [
        { key: ACCOUNT_ATTRIBUTE, value: accountId },
        { key: KIND_ATTRIBUTE, value: kind },
      ],
    };
    return repeatWhileLost(() =>
      temporal.workflow.executeUpdateWithStart(admissionUpdate, {
        startWorkflowOperation: new WithStartWorkflowOperation<typeof generationWorkflow>(
          'generationWorkflow',
          startOptions,
        ),
        args: [requestHash],
        updateId: idOfAdmission(temporal, requestHash),
      }),
    );
  }

  #sendInput({ request, requestHash }: HashedRequest): Promise<Admission> {
    const { accountId, requestId, input = null } = request;
    const { temporal } = this.#context;
    const handle = temporal.workflow.getHandle(generationWorkflowId(accountId, requestId));
    const updateId = idOfInput(temporal, requestHash);
    return repeatWhileLost(() => handle.executeUpdate(inputUpdate, { args: [input], updateId }));
  }

  /**
   * A repeated update of a run gets its first answer, `waiting`. By now the request may have been
   * admitted, or have ended.
   */
  async #presentAdmission(
    { accountId, requestId }: GenerationRequest,
    first: Admission,
  ): Promise<Admission> {
    const { requestHash } = first;
    const { ledger } = this.#context;
    // The request has been sent: a ledger that can't be asked now must not seem to refuse it.
    const record = ledger && (await askBriefly(() => ledger.request(accountId, requestId)));
    if (!ledger || !record) return first;
    if (record.status === 'open')
      return { requestHash, status: 'admitted', reserved: record.reserved };
    if (record.status === 'waiting') {
      const place = await askBriefly(async () => {
        const { catalog } = await ledger.effectiveCatalog();
        return waitingAt(await ledger.waitingPlace(accountId, requestId), catalog);
      });
      return { ...first, waiting: place ?? first.waiting };
    }
    return {
      requestHash,
      status: 'ended',
      reserved: record.reserved,
      result: resultOfRecord(record, requestHash),
    };
  }
}
