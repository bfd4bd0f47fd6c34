import { type GrantOutcome, type GrantRequest, parseGrant } from '../contract/grant';
import type { Ledger } from '../ledger';
import { asActivity } from './support/as-activity';
import { valueOrRefusal } from './support/refusals';

export interface GrantActivities {
  grant(request: GrantRequest): Promise<GrantOutcome>;
}

export function createGrantActivities({ ledger }: { ledger: Ledger }): GrantActivities {
  return {
    grant: asActivity(async (raw) => {
      const request = valueOrRefusal(() => parseGrant(raw));
      if ('code' in request) return { ok: false, refusal: request };
      const { accountId, key, ...body } = request;
      const granted = await ledger.grant(accountId, key, body);
      return granted.ok ? { ok: true, grant: granted.value } : granted;
    }),
  };
}
