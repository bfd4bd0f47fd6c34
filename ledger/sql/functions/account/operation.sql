-- How an operation with a key begins: the account's lock, then the key, then the clock.
-- answer: the key's first result, or a conflict, to be returned at once; null if the key is new.
-- account: all fields are null if there is no such account and p_opens_account is false.
-- Reserve, commit and release don't begin so: their key is the reservation's own row.
CREATE OR REPLACE FUNCTION holdfast.begin_operation(
  p_account_id text, p_operation text, p_key text, p_body jsonb,
  p_opens_account boolean DEFAULT false,
  OUT account holdfast.accounts, OUT now timestamptz, OUT answer jsonb
) LANGUAGE plpgsql AS $$
DECLARE
  v_key holdfast.idempotency_keys;
BEGIN
  IF p_opens_account THEN
    account := holdfast.lock_or_open_account(p_account_id);
  ELSE
    account := holdfast.lock_account(p_account_id);
    IF account.account_id IS NULL THEN RETURN; END IF;
  END IF;
  SELECT * INTO v_key
  FROM holdfast.idempotency_keys
  WHERE account_id = p_account_id AND operation = p_operation AND key = p_key;
  IF FOUND THEN
    answer := holdfast.finish_operation(p_account_id, holdfast.replay(v_key, p_body));
    RETURN;
  END IF;
  now := holdfast.ledger_now(account.last_entry_at);
END $$;

-- The end of every operation on a watched account: takes refunded credits that have come back,
-- wakes the queue's first ticket, writes notices and requests top-ups, and adds the messages that
-- have not been delivered yet to the answer. It goes by what is there, not by what the operation
-- did, so a replay that finds the same answers the same. The caller holds the account's lock.
CREATE OR REPLACE FUNCTION holdfast.finish_operation(p_account_id text, p_answer jsonb)
RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_account   holdfast.accounts;
  v_now       timestamptz;
  v_available bigint;
  v_messages  jsonb;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id;
  IF v_account.watched IS NOT TRUE THEN RETURN p_answer; END IF;
  PERFORM holdfast.keep_rules_of_all();
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  PERFORM holdfast.take_refunded(p_account_id, v_now);
  v_available := holdfast.available_at(v_account, v_now);
  PERFORM holdfast.wake_first_ticket(v_account, v_available, v_now);
  PERFORM holdfast.notify_low_balance(v_account, v_available, v_now);
  PERFORM holdfast.request_top_up(v_account, v_available, v_now);
  v_messages := holdfast.outbox_of(p_account_id);
  IF v_messages IS NULL THEN RETURN p_answer; END IF;
  RETURN p_answer || jsonb_build_object('outbox', v_messages);
END $$;

-- A refusal that callers expect: {refusal: {code, details}} instead of {result, replayed}.
CREATE OR REPLACE FUNCTION holdfast.refusal(p_code text, p_details jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('refusal', jsonb_build_object('code', p_code, 'details', p_details))
$$;

-- The same key with the same body returns the first result; with another body it is a conflict. A
-- key whose text was erased answers any body.
CREATE OR REPLACE FUNCTION holdfast.replay(p_key holdfast.idempotency_keys, p_body jsonb)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN holdfast.is_body_of(p_key, p_body)
      THEN jsonb_build_object('result', p_key.result, 'replayed', true)
    ELSE holdfast.refusal(
      'IDEMPOTENCY_CONFLICT',
      jsonb_build_object('key', p_key.key, 'earlier', p_key.result)
    )
  END
$$;

-- Keeps a result under its key, for ever. What a person wrote in the body stands apart.
CREATE OR REPLACE FUNCTION holdfast.remember(
  p_account_id text, p_operation text, p_key text, p_body jsonb, p_result jsonb
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_text holdfast.text_reference;
BEGIN
  IF holdfast.has_text(p_body) THEN
    v_text := holdfast.keep_text(p_account_id, holdfast.text_in(p_body));
  END IF;
  INSERT INTO holdfast.idempotency_keys (account_id, operation, key, body, result, text_id,
    text_commitment)
  VALUES (p_account_id, p_operation, p_key, holdfast.without_text(p_body), p_result,
    v_text.text_id, v_text.commitment);
  RETURN jsonb_build_object('result', p_result, 'replayed', false);
END $$;

-- Whether finish_operation has anything to look after: a queue, settings, limits, thresholds,
-- refunds, ordered ones too, disputes, or messages that aren't delivered. An account with refunds
-- or disputes has figures that only post_entry carries on. An account that is watched may once have
-- had a notice, and no more. The caller holds the account's lock.
CREATE OR REPLACE FUNCTION holdfast.is_looked_after(p_account holdfast.accounts) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT p_account.waited_for > 0
    OR EXISTS (
      SELECT FROM holdfast.account_settings WHERE account_id = p_account.account_id)
    OR EXISTS (
      SELECT FROM holdfast.operator_limits WHERE account_id = p_account.account_id)
    OR EXISTS (
      SELECT FROM holdfast.low_balance_thresholds WHERE account_id = p_account.account_id)
    OR EXISTS (
      SELECT FROM holdfast.refunds WHERE account_id = p_account.account_id)
    OR EXISTS (
      SELECT FROM holdfast.disputes WHERE account_id = p_account.account_id)
    OR EXISTS (
      SELECT FROM holdfast.refund_orders WHERE account_id = p_account.account_id)
    OR EXISTS (
      SELECT FROM holdfast.outbox WHERE account_id = p_account.account_id)
$$;
