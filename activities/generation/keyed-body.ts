import type { RequestBody, StartedRequest } from '../../contract/generation';
import type { InputKeys } from '../../contract/input-keys';
import { bodyByKey } from '../../domain/generation/keyed-body';
import { requestBodyOf } from '../../domain/generation/request-body';
import type { Outcome } from '../../ledger/ledger';

/**
 * Asks the ledger with the request's body by the current key. A request that it has kept by another
 * key, or without one, is asked about again by that. Refusal: INPUT_KEY_UNKNOWN if it isn't here.
 */
export async function askByKey<Result>(
  keys: InputKeys | undefined,
  request: StartedRequest,
  ask: (body: RequestBody) => Promise<Outcome<Result>>,
): Promise<Outcome<Result>> {
  const body = requestBodyOf(request);
  const answer = await ask(bodyByKey(request, body, keys, keys?.currentId ?? null) ?? body);
  if (answer.ok || answer.refusal.code !== 'INPUT_KEY_UNKNOWN') return answer;
  const { inputHashKey } = answer.refusal.details as { inputHashKey: string | null };
  const asKept = bodyByKey(request, body, keys, inputHashKey);
  return asKept ? ask(asKept) : answer;
}
