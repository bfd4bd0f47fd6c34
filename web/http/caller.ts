import type { FastifyRequest } from 'fastify';
import { HoldfastError } from '../../contract/errors';
import { forLog } from '../../tokens/refusal';
import { principalOf } from './authorisation';

/** What a service sets is kept with its name; an owner's own token sets its own. */
export function serviceOf({ principal }: Pick<FastifyRequest, 'principal'>): { service?: string } {
  if (principal === null || principal instanceof HoldfastError) return {};
  return principal.kind === 'service' ? { service: forLog(principal.name) } : {};
}

/** The name by which an act is kept: the token's subject, which no body can state. */
export function callerOf(request: FastifyRequest): string {
  return forLog(principalOf(request).name) as string;
}
