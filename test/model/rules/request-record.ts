import type { Account, Json, Request } from './state';
import { iso } from './time';

const NOT_DIMENSIONS = ['kind', 'inputHash', 'inputHashKey', 'metadata', 'maxCredits'];

export function placeOf(account: Account, requestId: string): number | null {
  const index = account.queue.indexOf(requestId);
  return index < 0 ? null : index + 1;
}

/** The published record of a request. */
export function recordOf(account: Account, request: Request): Json {
  const body = request.body ?? {};
  const { ticket } = request;
  const dimensions = Object.entries(body).filter(([name]) => !NOT_DIMENSIONS.includes(name));
  let before = 0;
  const allocations = request.allocations.map(({ grantId, credits }) => {
    const charged = Math.max(0, Math.min(credits, request.charged - before));
    before += credits;
    const source = account.grants.find(({ id }) => id === grantId)?.source;
    return { grantId: String(grantId), source, credits, charged };
  });
  return {
    ...{ seconds: null, audio: false, ...Object.fromEntries(dimensions) },
    ...{ accountId: account.id, requestId: request.id, status: request.state, body: request.body },
    kind: request.body?.kind ?? null,
    catalogVersion: request.catalogVersion === null ? null : String(request.catalogVersion),
    ...{ reserved: request.credits, charged: request.charged, reason: request.reason },
    ...{ outputUrl: request.outputUrl, reservedAt: iso(request.reservedAt) },
    ...{ resolvedAt: iso(request.resolvedAt), expiresAt: iso(request.expiresAt) },
    metadata: body.metadata ?? {},
    wait: ticket && {
      place: placeOf(account, request.id),
      ...{ required: ticket.waitsFor, admitted: ticket.admitted },
      ...{ since: iso(ticket.since), until: iso(ticket.until) },
    },
    allocations,
  };
}
