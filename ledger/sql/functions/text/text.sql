-- Whether a reason is one of the ledger's, the workflows' or the contract's own words: a code, or
-- one of these. A provider's words, and a person's, are none.
CREATE OR REPLACE FUNCTION holdfast.is_own_word(p_reason text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT p_reason ~ '^[A-Z]+(_[A-Z]+)+$' OR p_reason IN (
    'cancelled', 'orphaned', 'timed-out', 'unknown-reason', 'ended', 'lapsed', 'erased',
    'payment-already-used', 'subscription-ended', 'paid-after-declined', 'paid-after-voided',
    'paid-after-returned', 'returned', 'refunded-by-provider', 'never-charged',
    'monthly-cap', 'top-ups-per-day', 'purchases-per-day', 'payment-attempts',
    'payment-method-refused', 'pack-not-sold', 'price-changed'
  )
$$;

-- Whether a person wrote the reason of an entry: an operator, who is named then, or a provider,
-- with words of its own. All other entries have reasons of the ledger's.
CREATE OR REPLACE FUNCTION holdfast.is_personal(p_type text, p_reason text, p_by_name text)
RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT p_reason IS NOT NULL
    AND (p_by_name IS NOT NULL
      OR (p_type = 'release' AND NOT holdfast.is_own_word(p_reason)))
$$;

-- Short texts could be guessed from a hash without a salt.
CREATE OR REPLACE FUNCTION holdfast.text_commitment(p_salt bytea, p_text text) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(p_salt || convert_to(p_text, 'UTF8'))
$$;

-- Keeps a text of the account, with a salt of its own.
CREATE OR REPLACE FUNCTION holdfast.keep_text(p_account_id text, p_text text)
RETURNS holdfast.text_reference
LANGUAGE plpgsql AS $$
DECLARE
  v_salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  v_kept holdfast.text_reference;
BEGIN
  v_kept.commitment := holdfast.text_commitment(v_salt, p_text);
  INSERT INTO holdfast.personal_texts (account_id, text, salt)
  VALUES (p_account_id, p_text, v_salt)
  RETURNING text_id INTO v_kept.text_id;
  RETURN v_kept;
END $$;

-- The text as it is read: `erased` once it is; null where there is none.
CREATE OR REPLACE FUNCTION holdfast.text_of(p_account_id text, p_text_id bigint) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT coalesce(text, 'erased')
  FROM holdfast.personal_texts
  WHERE account_id = p_account_id AND text_id = p_text_id
$$;

-- Why an operator has acted.
CREATE OR REPLACE FUNCTION holdfast.act_reason(a holdfast.operator_acts) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT coalesce(a.reason, holdfast.text_of(a.account_id, a.text_id))
$$;

-- What an operator has done, with the reason of the stop that was ended.
CREATE OR REPLACE FUNCTION holdfast.act_detail(a holdfast.operator_acts) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN a.detail_text_id IS NULL THEN a.detail
    ELSE a.detail
      || jsonb_build_object('reason', holdfast.text_of(a.account_id, a.detail_text_id))
  END
$$;
