-- Every key starts with account_id and no operation touches two accounts, so that the ledger can be spread by account.
-- Credits are bigint; the ceiling is JavaScript's largest safe integer, because every figure ends up in JSON.

CREATE TABLE holdfast.accounts (
  account_id    text        NOT NULL,
  -- The version and the time of the account's last entry: versions are gap-free and times never go backwards.
  version       bigint      NOT NULL DEFAULT 0,
  last_entry_at timestamptz,
  -- The current term and when it lapses. One row's update carries every grant of the term forward.
  term          integer     NOT NULL DEFAULT 0,
  valid_until   timestamptz,
  -- available holds what counts now and what has ended without being booked yet.
  available     bigint      NOT NULL DEFAULT 0,
  reserved      bigint      NOT NULL DEFAULT 0,
  spent         bigint      NOT NULL DEFAULT 0,
  expired       bigint      NOT NULL DEFAULT 0,
  deducted      bigint      NOT NULL DEFAULT 0,
  granted       bigint      NOT NULL DEFAULT 0,
  CONSTRAINT accounts_pkey PRIMARY KEY (account_id),
  CONSTRAINT accounts_account_id_valid CHECK (account_id ~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$'),
  CONSTRAINT accounts_figures_not_negative
    CHECK (available >= 0 AND reserved >= 0 AND spent >= 0 AND expired >= 0 AND deducted >= 0),
  CONSTRAINT accounts_figures_add_up CHECK (granted = available + reserved + spent + expired + deducted),
  CONSTRAINT accounts_granted_is_safe_integer CHECK (granted <= 9007199254740991)
) WITH (fillfactor = 60);

CREATE TABLE holdfast.grants (
  account_id text        NOT NULL,
  -- The version of the entry that granted it: unique in the account, and older grants have smaller ids.
  grant_id   bigint      NOT NULL,
  source     text        NOT NULL,
  priority   smallint    NOT NULL,
  credits    bigint      NOT NULL,
  remaining  bigint      NOT NULL,
  cost_cents bigint      NOT NULL,
  currency   text        NOT NULL,
  granted_at timestamptz NOT NULL,
  -- Exactly one of the two: a grant ends at a time of its own, or with the account's term.
  ends_at    timestamptz,
  term       integer,
  -- remaining changes with every generation; this flag seldom does, so updates stay heap-only under the index on it.
  has_remainder boolean  NOT NULL GENERATED ALWAYS AS (remaining > 0) STORED,
  CONSTRAINT grants_pkey PRIMARY KEY (account_id, grant_id),
  CONSTRAINT grants_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts,
  CONSTRAINT grants_source_known CHECK (source IN ('plan', 'pack', 'promotion', 'adjustment')),
  CONSTRAINT grants_credits_positive CHECK (credits > 0),
  CONSTRAINT grants_remaining_in_range CHECK (remaining BETWEEN 0 AND credits),
  CONSTRAINT grants_cost_not_negative CHECK (cost_cents >= 0),
  CONSTRAINT grants_currency_is_iso_4217 CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT grants_end_is_own_or_of_term CHECK ((ends_at IS NULL) <> (term IS NULL)),
  CONSTRAINT grants_promotion_has_own_end CHECK (source <> 'promotion' OR ends_at IS NOT NULL)
) WITH (fillfactor = 60);

CREATE INDEX grants_with_remainder ON holdfast.grants (account_id, grant_id) WHERE has_remainder;

CREATE TABLE holdfast.reservations (
  account_id      text        NOT NULL,
  request_id      text        NOT NULL,
  -- What the caller said; null for a tombstone, which answers any body.
  body            jsonb,
  state           text        NOT NULL,
  credits         bigint      NOT NULL,
  charged         bigint      NOT NULL DEFAULT 0,
  catalog_version integer,
  -- The allocations, in burn order: allocated_credits[i] came from grant allocated_grants[i].
  allocated_grants  bigint[]  NOT NULL,
  allocated_credits bigint[]  NOT NULL,
  reserved_at     timestamptz,
  resolved_at     timestamptz,
  -- From this moment on reconciliation asks Temporal whether the workflow still lives. It ends nothing by itself.
  expires_at      timestamptz,
  -- How many reconciliation passes in a row did not find the workflow, and the last such pass.
  missing_passes  smallint    NOT NULL DEFAULT 0,
  missing_pass_id text,
  reason          text,
  output_url      text,
  CONSTRAINT reservations_pkey PRIMARY KEY (account_id, request_id),
  CONSTRAINT reservations_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts,
  CONSTRAINT reservations_request_id_valid CHECK (request_id ~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$'),
  CONSTRAINT reservations_state_known CHECK (state IN ('open', 'committed', 'released')),
  CONSTRAINT reservations_charged_in_range CHECK (charged BETWEEN 0 AND credits),
  CONSTRAINT reservations_only_a_commit_charges CHECK (state = 'committed' OR charged = 0),
  CONSTRAINT reservations_resolved_has_time CHECK ((state = 'open') = (resolved_at IS NULL)),
  CONSTRAINT reservations_open_has_expiry CHECK ((state = 'open') = (expires_at IS NOT NULL)),
  CONSTRAINT reservations_tombstone_is_released CHECK (body IS NOT NULL OR (state = 'released' AND credits = 0))
) WITH (fillfactor = 60);

CREATE INDEX reservations_due ON holdfast.reservations (expires_at, account_id, request_id) WHERE state = 'open';

-- The journal. Both legs of an entry stand in one row: for grant grant_ids[i], remainder_deltas[i] is what its remainder
-- changed by and reserved_deltas[i] what is set aside from it; the rest of the difference is spent, expired, deducted or granted.
CREATE TABLE holdfast.entries (
  account_id       text        NOT NULL,
  version          bigint      NOT NULL,
  at               timestamptz NOT NULL,
  type             text        NOT NULL,
  available_delta  bigint      NOT NULL,
  reserved_delta   bigint      NOT NULL,
  grant_ids        bigint[]    NOT NULL,
  remainder_deltas bigint[]    NOT NULL,
  reserved_deltas  bigint[]    NOT NULL,
  available_after  bigint      NOT NULL,
  reserved_after   bigint      NOT NULL,
  spent_after      bigint      NOT NULL,
  expired_after    bigint      NOT NULL,
  deducted_after   bigint      NOT NULL,
  granted_after    bigint      NOT NULL,
  request_id       text,
  grant_id         bigint,
  reason           text,
  by_name          text,
  CONSTRAINT entries_pkey PRIMARY KEY (account_id, version),
  CONSTRAINT entries_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts,
  CONSTRAINT entries_balances_add_up
    CHECK (granted_after = available_after + reserved_after + spent_after + expired_after + deducted_after),
  CONSTRAINT entries_deltas_fit_type CHECK (CASE type
    WHEN 'grant'   THEN available_delta > 0 AND reserved_delta = 0 AND grant_id IS NOT NULL
    WHEN 'reserve' THEN available_delta < 0 AND reserved_delta = -available_delta AND request_id IS NOT NULL
    WHEN 'commit'  THEN available_delta >= 0 AND reserved_delta <= -available_delta AND request_id IS NOT NULL
    WHEN 'release' THEN available_delta > 0 AND reserved_delta = -available_delta AND request_id IS NOT NULL
    WHEN 'expire'  THEN available_delta < 0 AND reserved_delta = 0 AND grant_id IS NOT NULL
    WHEN 'deduct'  THEN available_delta < 0 AND reserved_delta = 0 AND by_name IS NOT NULL
    ELSE false END)
);

CREATE FUNCTION holdfast.refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER entries_are_append_only BEFORE UPDATE OR DELETE ON holdfast.entries
  FOR EACH ROW EXECUTE FUNCTION holdfast.refuse_journal_change();
CREATE TRIGGER entries_are_never_truncated BEFORE TRUNCATE ON holdfast.entries
  FOR EACH STATEMENT EXECUTE FUNCTION holdfast.refuse_journal_change();

-- Keys of grants and deductions, outside the journal and for ever. A reservation's key is its own row.
CREATE TABLE holdfast.idempotency_keys (
  account_id text  NOT NULL,
  operation  text  NOT NULL,
  key        text  NOT NULL,
  body       jsonb NOT NULL,
  result     jsonb NOT NULL,
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (account_id, operation, key),
  CONSTRAINT idempotency_keys_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts,
  CONSTRAINT idempotency_keys_key_valid CHECK (key ~ '^[A-Za-z0-9][A-Za-z0-9._@|:-]{0,255}$')
);

CREATE TABLE holdfast.catalog_versions (
  version        integer     NOT NULL,
  effective_from timestamptz NOT NULL,
  document       jsonb       NOT NULL,
  CONSTRAINT catalog_versions_pkey PRIMARY KEY (version),
  -- Checked at the end, because coming versions may move all at once, one to where another was.
  CONSTRAINT catalog_versions_effective_once UNIQUE (effective_from) DEFERRABLE INITIALLY DEFERRED
);

-- Which Temporal this ledger belongs to, recorded on first use: reconciliation must never ask another one.
CREATE TABLE holdfast.temporal_identity (
  only_one     boolean NOT NULL DEFAULT true,
  cluster_id   text    NOT NULL,
  namespace_id text    NOT NULL,
  namespace    text    NOT NULL,
  recorded_at  timestamptz NOT NULL,
  CONSTRAINT temporal_identity_pkey PRIMARY KEY (only_one),
  CONSTRAINT temporal_identity_only_one CHECK (only_one)
);

-- Empty in production. Only the role holdfast_test may write it.
CREATE TABLE holdfast.test_clock (
  only_one boolean     NOT NULL DEFAULT true,
  set_to   timestamptz NOT NULL,
  CONSTRAINT test_clock_pkey PRIMARY KEY (only_one),
  CONSTRAINT test_clock_only_one CHECK (only_one)
);
