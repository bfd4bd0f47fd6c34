/**
 * The one catalogue of error codes. A code is a contract: it is never renamed, and a retired code
 * is never used again.
 *
 * `class` decides the exit code of the command line (bad-input 2, refused 3, unavailable 4,
 * internal 1) and the HTTP status, unless the code has an HTTP status of its own. `retryable` says
 * whether the same call may succeed later.
 */
export type ErrorClass = 'bad-input' | 'refused' | 'unavailable' | 'internal';

interface ErrorDefinition {
  readonly class: ErrorClass;
  readonly retryable: boolean;
  readonly summary: string;
}

function define(errorClass: ErrorClass, retryable: boolean, summary: string): ErrorDefinition {
  return { class: errorClass, retryable, summary };
}

const badInput = (summary: string) => define('bad-input', false, summary);
const refused = (summary: string, retryable = false) => define('refused', retryable, summary);
const unavailable = (summary: string) => define('unavailable', true, summary);
/** What no repetition mends. */
const outOfOrder = (summary: string) => define('unavailable', false, summary);
const internal = (summary: string) => define('internal', false, summary);

export const ERROR_CATALOGUE = {
  INVALID_ARGUMENT: badInput('An argument or field is missing, unknown or of the wrong type.'),
  TEMPORAL_CLIENT_FOREIGN: badInput(
    'The client of Temporal was made by another copy of @temporalio/client than Holdfast’s.',
  ),
  INVALID_ACCOUNT_ID: badInput(
    'The account id does not match [A-Za-z0-9][A-Za-z0-9._@|+-]{0,127}.',
  ),
  INVALID_REQUEST_ID: badInput('The request id does not match [A-Za-z0-9][A-Za-z0-9._@|-]{0,127}.'),
  INVALID_KEY: badInput('The idempotency key does not match [A-Za-z0-9][A-Za-z0-9._@|-]{0,127}.'),
  INVALID_CREDITS: badInput('Credits are a whole number from 1 to 9007199254740991.'),
  INVALID_MAX_CREDITS: badInput('maxCredits is a whole number from 1 to 9007199254740991.'),
  INVALID_COST: badInput('A cost is a whole number of minor units (cents), zero or more.'),
  INVALID_TIME: badInput(
    'The time is not an ISO 8601 instant with an offset, or lies where it must not.',
  ),
  INVALID_INPUT: badInput('The input is not JSON, or is nested more than 100 levels deep.'),
  INPUT_TOO_LARGE: badInput('The input is larger than 64 KB of JSON.'),
  INVALID_METADATA: badInput(
    'Metadata holds at most 20 pairs of strings: keys up to 64 characters, values up to 512, well-formed Unicode without NUL.',
  ),
  UNKNOWN_KIND: badInput('The catalog has no generation type of that kind.'),
  INVALID_DURATION: badInput(
    'The duration is not a finite number of seconds with three decimals at most.',
  ),
  DURATION_REQUIRED: badInput('This kind is priced by time and needs a duration.'),
  DURATION_NOT_ALLOWED: badInput('This kind is priced per generation and takes no duration.'),
  DURATION_NOT_POSITIVE: badInput('The duration must be more than zero.'),
  DURATION_TOO_LONG: badInput('The duration is over the maximum of this kind.'),
  AUDIO_NOT_ALLOWED: badInput('This kind has no price with audio.'),
  CHECKPOINT_INVALID: badInput('The file is no checkpoint, or was changed since it was signed.'),
  CHECKPOINT_KEY_INVALID: badInput('The file holds no Ed25519 key of that kind in PEM.'),
  CHECKPOINT_KEY_UNKNOWN: badInput('None of the given public keys has signed the checkpoint.'),
  CHECKPOINT_OF_OTHER_LEDGER: badInput('The checkpoint is another ledger’s.'),
  ENTRY_NOT_SIGNED: refused('The checkpoint has no such entry.'),
  CHECKPOINT_FROM_FUTURE: badInput('The checkpoint is from later than the ledger’s clock.'),
  INVALID_CATALOG: badInput('The catalog file breaks the catalog’s schema or rules.'),
  WORKFLOW_ID_MISMATCH: badInput(
    'The workflow id is not the one that its builder gives for this input.',
  ),
  UNKNOWN_PLAN: badInput('The catalog sells no plan of that name.'),
  INVALID_TIME_ZONE: badInput('The time zone is not an IANA name such as Europe/Berlin.'),
  PAYMENT_REFERENCE_REQUIRED: badInput(
    'A plan change that takes effect at once needs its payment’s reference.',
  ),
  INVALID_SUBSCRIPTION_ID: badInput(
    'The subscription id does not match [A-Za-z0-9][A-Za-z0-9._@|-]{0,127}.',
  ),
  INVALID_PAYMENT_REFERENCE: badInput(
    'The payment reference does not match [A-Za-z0-9][A-Za-z0-9._@|/-]{0,127}.',
  ),
  PAYMENT_IN_FUTURE: badInput('The time of a payment lies ahead of the ledger’s clock.'),
  PAYMENT_BEFORE_SUBSCRIPTION: badInput(
    'The time of a payment lies before the subscription’s beginning.',
  ),
  UNKNOWN_PACK: badInput('The catalog sells no pack of that name.'),
  INVALID_PURCHASE_ID: badInput(
    'The purchase id does not match [A-Za-z0-9][A-Za-z0-9._@|-]{0,127}.',
  ),
  INVALID_SHOWN_PRICE: badInput(
    'The shown price is a whole number of minor units (cents), zero or more.',
  ),
  INVALID_PAYMENT_METHOD: badInput(
    'A payment method is text of 1 to 256 characters without control characters.',
  ),
  CATALOG_VERSION_GAP: badInput(
    'The catalog file leaves a version out, or does not follow the ledger’s last one.',
  ),
  CATALOG_DUPLICATE: badInput(
    'The catalog file has a version, an effective date or a member twice.',
  ),
  CATALOG_INVALID_PRICE: badInput(
    'A price, or a number of credits, in the catalog file is not a whole number of the right size.',
  ),
  CATALOG_UNKNOWN_FIELD: badInput('The catalog file has a field that the catalog does not know.'),
  CATALOG_INVALID_CYCLE: badInput(
    'A cycle in the catalog file is no ISO 8601 duration longer than nothing.',
  ),
  INVALID_ON_INSUFFICIENT: badInput(
    'onInsufficientCredits is reject or wait; only with wait is there a deadline.',
  ),
  INVALID_WAIT_TIMEOUT: badInput(
    'A wait is an ISO 8601 duration longer than nothing and of a year at most, e.g. P1D.',
  ),
  WAIT_DEADLINE_IN_PAST: badInput(
    'The deadline of a wait must lie ahead of the ledger’s clock, by a year at most.',
  ),
  INVALID_LIMIT: badInput(
    'A limit is a whole number from 0 to 9007199254740991, or null for none.',
  ),
  INVALID_THRESHOLD: badInput(
    'A threshold is a whole number of credits from 1, or a whole percentage of the cycle’s grant from 1 to 100; ten at most.',
  ),
  INVALID_MONTHLY_CAP: badInput(
    'A monthly cap is a whole number of minor units (cents) above zero.',
  ),
  TOP_UP_CAP_TOO_LOW: badInput(
    'The monthly cap is below the pack’s price, so nothing could ever be bought.',
  ),
  TOP_UP_THRESHOLD_TOO_HIGH: badInput(
    'The threshold is not below the pack’s credits, so one pack could leave the account under it.',
  ),
  INVALID_STOP: badInput(
    'A stop needs a reason and a name, and an account, a kind, or the word that it is for all.',
  ),
  INVALID_WEBHOOK_URL: badInput(
    'The webhook is no https URL (plain http on loopback only), or leads to a private address that was not allowed.',
  ),
  INVALID_WEBHOOK_SECRET: badInput(
    'The webhook’s secret is not whsec_ and 24 to 64 bytes in base64.',
  ),
  EXPIRY_REQUIRED: badInput('A promotion needs an end.'),
  EXPIRY_IN_PAST: badInput('The end of a grant must lie ahead of the ledger’s clock.'),
  VALUE_NOT_STORABLE: badInput(
    'The ledger can’t take a value of the call: a number, a time or a text that no database holds.',
  ),
  IDEMPOTENCY_KEY_REQUIRED: badInput('The request needs an Idempotency-Key header.'),
  MALFORMED_REQUEST: badInput('The request or its body can’t be read: it is no HTTP, or no JSON.'),
  BODY_TOO_LARGE: badInput('The body is larger than the server takes.'),
  HEADERS_TOO_LARGE: badInput('The headers are larger than the server takes.'),
  URL_TOO_LONG: badInput('The URL is longer than the server takes.'),
  UNSUPPORTED_MEDIA_TYPE: badInput(
    'The body’s content type is not application/json, or the body is compressed.',
  ),
  NOT_FOUND: badInput('There is nothing at this path.'),
  METHOD_NOT_ALLOWED: badInput('The path doesn’t take this method.'),

  INSUFFICIENT_CREDITS: refused('The account has fewer credits available than required.'),
  SUPERSEDED: refused(
    'A later command for the same setting has taken effect, and what it set holds.',
  ),
  COMMAND_EXPIRED: refused(
    'The command could not be carried out within a minute of its start; nothing was changed.',
    true,
  ),
  PRICE_CHANGED: refused(
    'The price is above what the caller allowed, or is not the one that was shown.',
  ),
  WAIT_TIMED_OUT: refused('The credits did not come before the deadline; nothing was reserved.'),
  ADMISSION_STOPPED: refused(
    'Admissions are stopped for this account or kind; the reason says why.',
  ),
  GENERATION_LIMIT_EXCEEDED: refused('The generation costs more than the account’s limit for one.'),
  DAILY_LIMIT_REACHED: refused(
    'The account’s limit of credits per day leaves too little for this generation.',
  ),
  CONCURRENCY_LIMIT_REACHED: refused(
    'The account has as many generations at the same time as its limit allows.',
  ),
  QUEUE_FULL: refused('As many of the account’s requests wait for credits as may.'),
  QUEUE_BYTES_EXCEEDED: refused('The account’s waiting requests would be too large together.'),
  CANCEL_LIMIT_REACHED: refused(
    'The account has cancelled too many running generations within the last hour.',
    true,
  ),
  STALE_CATALOG: refused('The quoted catalog version is not the effective one; quote again.', true),
  IDEMPOTENCY_CONFLICT: refused('The same key or request id was used before with another body.'),
  RESERVATION_NOT_FOUND: refused('There is no reservation under that request id.'),
  RESERVATION_RESOLVED: refused('The reservation has ended before; the earlier outcome stands.'),
  COMMIT_EXCEEDS_RESERVATION: refused('A commit can’t take more than was reserved.'),
  SUBSCRIPTION_REQUIRED: refused(
    'Without a live subscription a grant needs an end of its own, and no pack is sold.',
  ),
  SUBSCRIPTION_EXISTS: refused('The account has a live subscription already.'),
  SUBSCRIPTION_NOT_FOUND: refused('The account has no subscription under that id.'),
  SUBSCRIPTION_LAPSED: refused('The subscription has lapsed and can’t be changed any more.'),
  SUBSCRIPTION_ENDED: refused(
    'The subscription was ended at once and can’t be renewed or changed.',
  ),
  SUBSCRIPTION_NOT_CANCELLED: refused('There is no cancellation to take back.'),
  RENEWAL_SUPERSEDED: refused(
    'The account has a newer subscription; the old one can’t be renewed.',
  ),
  RENEWAL_DUE: refused('The current cycle is unpaid; renew before changing the plan.'),
  ACCOUNT_NOT_FOUND: refused('The ledger knows no account of that id.'),
  ACCOUNT_IN_USE: refused(
    'The account has open requests, an unfinished purchase or a subscription; end them first.',
  ),
  NOTICE_NOT_FOUND: refused('The account has no notice of that number that is not delivered.'),
  PURCHASE_NOT_FOUND: refused('Neither the ledger nor Temporal knows that purchase.'),
  PURCHASE_RESOLVED: refused('The purchase has ended before; the earlier outcome stands.'),
  PAYMENT_METHOD_NOT_OWNED: refused(
    'The payment provider says that the payment method is not the account’s; nothing was charged.',
  ),
  PAYMENT_METHOD_REFUSED: refused(
    'The payment provider has said that this payment method must never be charged again.',
  ),
  PAYMENT_ATTEMPTS_EXCEEDED: refused(
    'The account has made too many attempts to pay that bought nothing; the provider was not asked.',
  ),
  PURCHASE_LIMIT_REACHED: refused('The account has bought as often today as its operator allows.'),
  PURCHASE_TIMED_OUT: refused('The purchase could not be begun in time; nothing was charged.'),
  GENERATION_NOT_CONFIGURED: refused(
    'The worker is to run generations and has no generation provider.',
  ),
  PAYMENTS_NOT_CONFIGURED: refused('The worker has no payment provider, so it sells no packs.'),
  GRANTS_NOT_CONFIGURED: refused('The worker has no maximum for grants by workflow: none is made.'),
  GRANT_LIMIT_EXCEEDED: refused('The grant is above the maximum of a grant by workflow.'),
  DAILY_GRANTS_REACHED: refused('Grants by workflow have used up the day’s maximum.', true),
  PROOF_REQUIRED: refused(
    'The worker carries this command out only with a proof of it; nothing was booked.',
  ),
  PROOF_REJECTED: refused('The command’s proof doesn’t count for it; nothing was booked.'),
  BALANCE_LIMIT_EXCEEDED: refused(
    'The account would hold more credits than a safe integer can count.',
  ),
  CALENDAR_EXCEEDED: refused(
    'The cycle, its grace or its settlement window would end after the year 9999.',
  ),
  CATALOG_VERSION_EFFECTIVE: refused('That catalog version is effective and can’t be changed.'),
  CATALOG_EFFECTIVE_IN_PAST: refused('A new catalog version must take effect in the future.'),
  ADMISSION_TIMED_OUT: refused(
    'The generation could not be admitted in time; nothing was reserved.',
  ),
  REQUEST_NOT_FOUND: refused('Neither the ledger nor Temporal knows that request.'),
  TEMPORAL_IDENTITY_MISMATCH: refused(
    'This is not the Temporal namespace that the ledger belongs to.',
  ),
  LEDGER_MISMATCH: refused(
    'This namespace of Temporal belongs to another ledger; nothing was done.',
  ),
  LEDGER_NEWER: refused(
    'The ledger’s schema is of a newer Holdfast, so this one doesn’t migrate it.',
  ),
  VERSION_TOO_OLD: refused(
    'This version of Holdfast is older than the ledger’s schema allows; nothing was done.',
  ),
  RECONCILIATION_LIMIT: refused(
    'The pass would release suspiciously many reservations and waits for confirmation.',
  ),
  LEDGER_ACCESS_DENIED: refused(
    'The login of the database may not do this: it lacks a role, or a right over roles.',
  ),
  UNAUTHENTICATED: refused('The request has no token that is valid here and now.'),
  FORBIDDEN: refused('The token doesn’t reach that account, or lacks the scope.'),
  CROSS_SITE_REQUEST: refused(
    'Another site’s page asked for what only this server’s own may ask for.',
  ),
  SESSION_EXISTS: refused('The browser is logged in to another account; nothing was changed.'),
  RATE_LIMITED: refused('Too many requests in too short a time.', true),
  TOO_MANY_STREAMS: refused(
    'The account, or the server, has as many event streams open as it may.',
    true,
  ),
  REQUEST_TIMED_OUT: refused('The request did not arrive in time.', true),

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
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
