import { internal, outOfOrder, unavailable } from './definition';

/** The codes of what something else than the caller has to mend. */
export const OUT_OF_ORDER = {
  API_UNAVAILABLE: unavailable('The HTTP API gives no answer that can be understood.'),
  LEDGER_UNAVAILABLE: unavailable('Postgres can’t be reached.'),
  LEDGER_TLS_FAILED: unavailable(
    'The connection to Postgres can’t be secured as its URL, or its server, wants it.',
  ),
  DATABASE_UNSUITABLE: unavailable(
    'The database, or a pooler in front of it, isn’t set up as the ledger needs it.',
  ),
  ACCOUNT_BUSY: unavailable(
    'Too many calls of the account are under way; the others’ must have room.',
  ),
  LEDGER_NOT_MIGRATED: unavailable(
    'The database has no Holdfast schema of this version; run `holdfast migrate`.',
  ),
  MIGRATION_BLOCKED: unavailable(
    'A migration could not get its locks; what it had done before stays.',
  ),
  TEMPORAL_UNAVAILABLE: unavailable('Temporal can’t be reached.'),
  SEARCH_ATTRIBUTES_MISSING: unavailable(
    'The Temporal namespace lacks search attributes, and they could not be added.',
  ),
  NO_WORKER: unavailable('No worker polls the task queue.'),
  ADMISSION_UNKNOWN: unavailable(
    'No answer in time, or none that is understood; retry with the same request id.',
  ),
  GENERATION_INTERRUPTED: unavailable(
    'The workflow was ended from outside; reconciliation settles its reservation. Ask again.',
  ),
  PURCHASE_INTERRUPTED: unavailable(
    'The purchase’s workflow was ended from outside; reconciliation starts it again. Ask again.',
  ),
  PROVIDER_FAULT: outOfOrder(
    'The generation or payment provider’s answers can’t be understood, also when it is asked again.',
  ),
  PROVIDER_NOT_ANSWERING: unavailable(
    'Earlier calls of the provider have had no answer in time, so this one was not made.',
  ),
  PAYMENT_PROVIDER_UNAVAILABLE: unavailable(
    'The payment provider can’t be reached; nothing was charged or changed.',
  ),
  KEYS_UNAVAILABLE: unavailable('The keys that check tokens can’t be fetched.'),
  PAYLOAD_UNREADABLE: outOfOrder(
    'What was sent through Temporal can’t be read: it was encrypted by a key, or in an encoding, that is unknown here.',
  ),
  INPUT_KEY_UNKNOWN: outOfOrder(
    'The request id was used before, and whether for the same input can’t be told: the codec’s key by which the ledger keeps that input’s hash isn’t here.',
  ),

  LEDGER_RULE_BROKEN: internal(
    'The call would break a rule of the ledger, also when it is repeated; nothing was changed.',
  ),
  RESULT_TOO_LARGE: internal('What an activity found is larger than Temporal takes.'),
  INTERNAL: internal('Something unexpected happened.'),
};
