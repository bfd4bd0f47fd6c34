import type { GenerationRequest } from '../contract/generation';
import type { Admission } from '../contract/generation-result';
import { generationWorkflowId } from '../workflows/messages';
import { AdmissionOutlooks } from './admission-outlook';
import type { ClientContext } from './client-context';
import { unstartedAdmission } from './generation-admission';
import { currentStateOf } from './workflow-state';

/** Answers requests that are refused without a workflow. */
export class EarlyRefusals {
  readonly #context: ClientContext;
  readonly #outlooks: AdmissionOutlooks | undefined;

  constructor(context: ClientContext) {
    this.#context = context;
    this.#outlooks = context.ledger && new AdmissionOutlooks(context.ledger);
  }

  /**
   * The answer to a request that is refused without a workflow; else what its workflow is expected
   * to answer. A request that Temporal has is answered as ever: it may hold the first answer.
   */
  async foresee(
    request: GenerationRequest,
    requestHash: string,
  ): Promise<Admission | 'admission' | 'refusal'> {
    const { refused, isShort } = (await this.#outlooks?.of(request)) ?? { isShort: false };
    if (!refused) return isShort ? 'refusal' : 'admission';
    await this.#context.ledgerCheck.ensure();
    const workflowId = generationWorkflowId(request.accountId, request.requestId);
    const state = await currentStateOf(this.#context.temporal.workflow.getHandle(workflowId));
    return state === 'unknown' ? unstartedAdmission(request, requestHash, refused) : 'admission';
  }
}
