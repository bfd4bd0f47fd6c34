import type { Admission, GenerationRequest } from '../contract/generation';
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
   * The refusal of a request that needs no workflow; undefined if its workflow answers. One that
   * Temporal has answers as ever: it may hold the first answer.
   */
  async answerTo(request: GenerationRequest, requestHash: string): Promise<Admission | undefined> {
    const refused = await this.#outlooks?.refusalOf(request);
    if (!refused) return undefined;
    await this.#context.ledgerCheck.ensure();
    const workflowId = generationWorkflowId(request.accountId, request.requestId);
    const state = await currentStateOf(this.#context.temporal.workflow.getHandle(workflowId));
    return state === 'unknown' ? unstartedAdmission(request, requestHash, refused) : undefined;
  }
}
