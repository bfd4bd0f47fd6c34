import { badInput } from './definition';

/** The codes of what makes no sense as it was sent. */
export const BAD_INPUT = {
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
  CHECKPOINT_INVALID: badInput('The file is no checkpoint, or was changed since it was signed.'),
  CHECKPOINT_KEY_INVALID: badInput('The file holds no Ed25519 key of that kind in PEM.'),
  CHECKPOINT_KEY_UNKNOWN: badInput('None of the given public keys has signed the checkpoint.'),
  CHECKPOINT_OF_OTHER_LEDGER: badInput('The checkpoint is another ledger’s.'),
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
  INVALID_REFUND: badInput(
    'A refund has an id as a purchase has, and a whole number of minor units above zero.',
  ),
  INVALID_DISPUTE: badInput(
    'A dispute has an id as a purchase has, is open, won or lost, and about a whole number of minor units above zero.',
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
  IMPORT_FILE_INVALID: badInput(
    'The file of an import can’t be read, is compressed, or its first line names no known columns.',
  ),
  IMPORT_LINE_INVALID: badInput(
    'The line of an import is too long, no UTF-8, no JSON object, or has not as many cells as columns.',
  ),
  IMPORT_ACCOUNT_SPLIT: badInput(
    'The lines of an account follow each other in an import, 1,000 at most.',
  ),
  IMPORT_REMAINDER_TOO_LARGE: badInput('More is left than was granted.'),
  IMPORT_PAYMENTS_MISSING: badInput(
    'The cycle that runs, and each that is paid ahead, needs its payment’s reference.',
  ),
  VALUE_NOT_STORABLE: badInput(
    'The ledger can’t take a value of the call: a number, a time or a text that no database holds.',
  ),
  IDEMPOTENCY_KEY_REQUIRED: badInput('The request needs an Idempotency-Key header.'),
  MALFORMED_REQUEST: badInput('The request or its body can’t be read: it is no HTTP, or no JSON.'),
  BODY_TOO_LARGE: badInput('The body is larger than the server takes.'),
  HEADERS_TOO_LARGE: badInput('The headers are larger than the server takes.'),
  URL_TOO_LONG: badInput('The URL is longer than the server takes.'),
  SIGNATURE_INVALID: badInput('None of the secrets that are configured has signed the body.'),
  SIGNATURE_EXPIRED: badInput('The body was signed longer ago than is allowed.'),
  UNSUPPORTED_MEDIA_TYPE: badInput(
    'The body’s content type is not application/json, or the body is compressed.',
  ),
  NOT_FOUND: badInput('There is nothing at this path.'),
  METHOD_NOT_ALLOWED: badInput('The path doesn’t take this method.'),
};
