import type { FastifySchemaValidationError } from 'fastify/types/schema';
import { type ErrorCode, HoldfastError } from '../../contract/errors';

/** A field that breaks its schema is refused with the code that the domain would give it. */
const CODE_BY_FIELD: Partial<Record<string, ErrorCode>> = {
  kind: 'UNKNOWN_KIND',
  seconds: 'INVALID_DURATION',
  input: 'INVALID_INPUT',
  metadata: 'INVALID_METADATA',
  maxCredits: 'INVALID_MAX_CREDITS',
  onInsufficientCredits: 'INVALID_ON_INSUFFICIENT',
  waitTimeout: 'INVALID_WAIT_TIMEOUT',
  waitUntil: 'INVALID_TIME',
  asOf: 'INVALID_TIME',
  since: 'INVALID_TIME',
  timeZone: 'INVALID_TIME_ZONE',
  packId: 'UNKNOWN_PACK',
  shownPriceCents: 'INVALID_SHOWN_PRICE',
  currency: 'INVALID_SHOWN_PRICE',
  paymentMethod: 'INVALID_PAYMENT_METHOD',
  dailyCreditsMax: 'INVALID_LIMIT',
  generationCreditsMax: 'INVALID_LIMIT',
  concurrentGenerationsMax: 'INVALID_LIMIT',
  lowBalance: 'INVALID_THRESHOLD',
  belowCredits: 'INVALID_THRESHOLD',
  monthlyCapCents: 'INVALID_MONTHLY_CAP',
  'idempotency-key': 'IDEMPOTENCY_KEY_REQUIRED',
};

const PLACES: Partial<Record<string, string>> = {
  querystring: 'query',
  params: 'path',
  headers: 'headers',
  body: 'body',
};

export function validationError(issues: FastifySchemaValidationError[], context = 'body'): HoldfastError {
  const [first] = issues;
  const names = (first?.instancePath ?? '').split('/').filter(Boolean);
  const field = names.find((name) => CODE_BY_FIELD[name] !== undefined) ?? names[0];
  const code = (field && CODE_BY_FIELD[field]) || 'INVALID_ARGUMENT';
  const problems = issues.map(({ instancePath, message }) => `${instancePath || '/'}: ${message}`).join('; ');
  const place = PLACES[context] ?? context;
  return new HoldfastError(code, `The ${place} is not valid: ${problems}.`, field ? { field } : {});
}
