-- Takes accounts over from another system. p_accounts: [{accountId, lines: [{key, body}]}], each
-- account once. A line is done whole or not at all, once per account and key. With p_is_dry the
-- answer is the same, and nothing stays. The answer has an element for each line, in the given
-- order: {made, credits} or {refusal}; made is false for a line that was there before.
CREATE OR REPLACE FUNCTION holdfast.import_accounts(
  p_accounts jsonb, p_reason text, p_by text, p_is_dry boolean
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_answers jsonb;
BEGIN
  IF NOT p_is_dry THEN
    RETURN holdfast.import_each_account(p_accounts, p_reason, p_by);
  END IF;
  -- What was written goes with the block, and the answer stays.
  BEGIN
    v_answers := holdfast.import_each_account(p_accounts, p_reason, p_by);
    RAISE EXCEPTION 'a dry run' USING ERRCODE = 'HFDRY';
  EXCEPTION WHEN SQLSTATE 'HFDRY' THEN
    RETURN v_answers;
  END;
END $$;

-- Accounts are locked in the order of their ids, and answered in the given one.
CREATE OR REPLACE FUNCTION holdfast.import_each_account(
  p_accounts jsonb, p_reason text, p_by text
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_account record;
  v_answers jsonb[] := array_fill(NULL::jsonb, ARRAY[jsonb_array_length(p_accounts)]);
BEGIN
  FOR v_account IN
    SELECT given.place::integer, given.said->>'accountId' AS id, given.said->'lines' AS lines
    FROM jsonb_array_elements(p_accounts) WITH ORDINALITY AS given (said, place)
    ORDER BY given.said->>'accountId' COLLATE "C"
  LOOP
    v_answers[v_account.place] :=
      holdfast.import_account(v_account.id, v_account.lines, p_reason, p_by);
  END LOOP;
  RETURN (
    SELECT coalesce(jsonb_agg(line.answer ORDER BY account.place, line.place), '[]')
    FROM unnest(v_answers) WITH ORDINALITY AS account (lines, place),
      jsonb_array_elements(account.lines) WITH ORDINALITY AS line (answer, place)
  );
END $$;

-- The lines of one account: its subscription first, because grants may end with it. An account of
-- which nothing was taken over is not opened.
CREATE OR REPLACE FUNCTION holdfast.import_account(
  p_account_id text, p_lines jsonb, p_reason text, p_by text
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_is_new  boolean :=
    NOT EXISTS (SELECT FROM holdfast.accounts WHERE account_id = p_account_id);
  v_account holdfast.accounts := holdfast.lock_or_open_account(p_account_id);
  v_now     timestamptz       := holdfast.ledger_now(v_account.last_entry_at);
  v_line    record;
  v_answers jsonb[] := array_fill(NULL::jsonb, ARRAY[jsonb_array_length(p_lines)]);
  v_answer  jsonb;
  v_made    integer := 0;
  v_credits numeric := 0;
BEGIN
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  FOR v_line IN
    SELECT given.place::integer, given.said->>'key' AS key, given.said->'body' AS body
    FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS given (said, place)
    ORDER BY given.said->'body'->>'type' <> 'subscription', given.place
  LOOP
    v_answer := holdfast.import_line(p_account_id, v_line.key, v_line.body, v_now);
    IF v_answer->'made' = 'true' THEN
      v_made := v_made + 1;
      v_credits := v_credits + (v_answer->>'credits')::bigint;
    END IF;
    v_answers[v_line.place] := v_answer;
  END LOOP;
  IF v_made > 0 THEN
    PERFORM holdfast.record_operator_act(
      p_account_id, 'import', jsonb_build_object('lines', v_made, 'credits', v_credits),
      p_reason, p_by, v_now);
    PERFORM holdfast.finish_operation(p_account_id, '{}');
  ELSIF v_is_new THEN
    DELETE FROM holdfast.accounts WHERE account_id = p_account_id AND version = 0 AND term = 0;
  END IF;
  RETURN to_jsonb(v_answers);
END $$;

-- One line, by its key. The caller holds the account's lock.
CREATE OR REPLACE FUNCTION holdfast.import_line(
  p_account_id text, p_key text, p_body jsonb, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_account  holdfast.accounts;
  v_key      holdfast.idempotency_keys;
  v_imported jsonb;
BEGIN
  SELECT * INTO v_key
  FROM holdfast.idempotency_keys
  WHERE account_id = p_account_id AND operation = 'import' AND key = p_key;
  IF FOUND THEN
    RETURN CASE
      WHEN v_key.body = p_body THEN jsonb_build_object('made', false, 'credits', 0)
      ELSE holdfast.replay(v_key, p_body)
    END;
  END IF;
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id;
  v_imported := CASE p_body->>'type'
    WHEN 'account' THEN '{"credits": 0}'
    WHEN 'grant' THEN holdfast.import_grant(v_account, p_key, p_body, p_at)
    ELSE holdfast.import_subscription(v_account, p_body, p_at)
  END;
  IF v_imported->'refusal' IS NOT NULL THEN RETURN v_imported; END IF;
  PERFORM holdfast.remember(
    p_account_id, 'import', p_key, p_body, v_imported || jsonb_build_object(
      'accountId', p_account_id,
      'at', holdfast.iso(p_at)));
  RETURN jsonb_build_object('made', true, 'credits', v_imported->'credits');
END $$;
