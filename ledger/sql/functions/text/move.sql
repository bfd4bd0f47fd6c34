-- Moves the texts from before migration 0017 out of entries, acts and keys: those of the next
-- accounts, in the order of their ids. Answers whether there may be more. Nothing else is locked
-- than the rows that move, which nothing else locks.
CREATE OR REPLACE FUNCTION holdfast.move_texts(p_accounts integer) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  v_after text;
  v_next  text[];
BEGIN
  SELECT after_account_id INTO v_after FROM holdfast.text_move FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  v_next := ARRAY(
    SELECT account_id
    FROM holdfast.accounts
    WHERE account_id > v_after
    ORDER BY account_id LIMIT p_accounts
  );
  IF v_next = '{}' THEN
    -- A stop of an account that the ledger doesn't know may have been ended.
    PERFORM holdfast.move_act_texts(account_id)
    FROM (SELECT DISTINCT account_id FROM holdfast.operator_acts) AS acted;
    DELETE FROM holdfast.text_move;
    RETURN false;
  END IF;
  PERFORM holdfast.move_texts_of(account_id) FROM unnest(v_next) AS account_id;
  UPDATE holdfast.text_move SET after_account_id = v_next[cardinality(v_next)];
  RETURN true;
END $$;

-- The same for one account. Two moves don't meet: each holds the row of text_move.
CREATE OR REPLACE FUNCTION holdfast.move_texts_of(p_account_id text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_row  record;
  v_text holdfast.text_reference;
BEGIN
  PERFORM FROM holdfast.text_move FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  FOR v_row IN
    SELECT version, reason
    FROM holdfast.entries
    WHERE account_id = p_account_id AND holdfast.is_personal(type, reason, by_name)
  LOOP
    v_text := holdfast.keep_text(p_account_id, v_row.reason);
    UPDATE holdfast.entries
    SET reason = NULL, text_id = v_text.text_id, text_commitment = v_text.commitment
    WHERE account_id = p_account_id AND version = v_row.version;
  END LOOP;
  FOR v_row IN
    SELECT what, id, outcome, reason
    FROM holdfast.interventions
    WHERE account_id = p_account_id AND reason IS NOT NULL
  LOOP
    v_text := holdfast.keep_text(p_account_id, v_row.reason);
    UPDATE holdfast.interventions
    SET reason = NULL, text_id = v_text.text_id, text_commitment = v_text.commitment
    WHERE account_id = p_account_id
      AND (what, id, outcome) = (v_row.what, v_row.id, v_row.outcome);
  END LOOP;
  FOR v_row IN
    SELECT operation, key, body
    FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND holdfast.has_text(body)
  LOOP
    v_text := holdfast.keep_text(p_account_id, holdfast.text_in(v_row.body));
    UPDATE holdfast.idempotency_keys
    SET body = holdfast.without_text(body),
      text_id = v_text.text_id,
      text_commitment = v_text.commitment
    WHERE account_id = p_account_id AND operation = v_row.operation AND key = v_row.key;
  END LOOP;
  PERFORM holdfast.move_act_texts(p_account_id);
END $$;

CREATE OR REPLACE FUNCTION holdfast.move_act_texts(p_account_id text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_act  holdfast.operator_acts;
  v_text holdfast.text_reference;
BEGIN
  IF p_account_id = '*' THEN RETURN; END IF;
  FOR v_act IN
    SELECT * FROM holdfast.operator_acts WHERE account_id = p_account_id AND what <> 'erase'
  LOOP
    IF v_act.reason IS NOT NULL THEN
      v_text := holdfast.keep_text(p_account_id, v_act.reason);
      UPDATE holdfast.operator_acts
      SET reason = NULL, text_id = v_text.text_id, text_commitment = v_text.commitment
      WHERE act_id = v_act.act_id;
    END IF;
    IF v_act.detail->>'reason' IS NOT NULL THEN
      v_text := holdfast.keep_text(p_account_id, v_act.detail->>'reason');
      UPDATE holdfast.operator_acts
      SET detail = detail - 'reason',
        detail_text_id = v_text.text_id,
        detail_text_commitment = v_text.commitment
      WHERE act_id = v_act.act_id;
    END IF;
  END LOOP;
END $$;

-- Whether a change of a row that is never changed moves its text, and nothing else.
CREATE OR REPLACE FUNCTION holdfast.is_text_move(p_old jsonb, p_new jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_moves CONSTANT text[] := ARRAY[
    'reason', 'text_id', 'text_commitment', 'detail_text_id', 'detail_text_commitment'
  ];
BEGIN
  IF NOT EXISTS (SELECT FROM holdfast.text_move) THEN RETURN false; END IF;
  RETURN (p_old #- '{detail,reason}') - v_moves = (p_new #- '{detail,reason}') - v_moves
    AND (
      (p_old->>'text_id' IS NULL AND p_new->>'text_id' IS NOT NULL
        AND p_new->>'reason' IS NULL)
      OR (p_old->>'detail_text_id' IS NULL AND p_new->>'detail_text_id' IS NOT NULL
        AND p_new#>>'{detail,reason}' IS NULL)
    );
END $$;
