import { HoldfastError, isErrorCode } from '../../../contract/errors';
import type { World } from '../world/world';

const ANSWER_MS = 20_000;

/** A product that talks to the web process. */
export class WebClient {
  constructor(private readonly web: World['web']) {}

  /**
   * @throws HoldfastError by the problem's code; ADMISSION_UNKNOWN where no answer came
   */
  async post(accountId: string, path: string, key: string, body: object): Promise<unknown> {
    const { response, answer } = await this.#ask(`/v1/accounts/${accountId}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        authorization: `Bearer ${this.web.token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
    });
    if (response.ok) return answer;
    const { code, detail } = answer as { code?: unknown; detail?: string };
    if (isErrorCode(code)) throw new HoldfastError(code, detail ?? code);
    throw new HoldfastError('INTERNAL', `${response.status} without a code of the catalogue`);
  }

  async #ask(path: string, init: RequestInit): Promise<{ response: Response; answer: unknown }> {
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const response = await fetch(`${this.web.url}${path}`, { ...init, signal });
      return { response, answer: await response.json() };
    } catch (error) {
      const message = `The web process gave no answer: ${error}`;
      throw new HoldfastError('ADMISSION_UNKNOWN', message, {}, { cause: error });
    }
  }
}
