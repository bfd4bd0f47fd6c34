-- What became here of operations that workflows remember as done: [{what, accountId, id, said?}]
-- in, a word for each out, in the same order. known: the ledger has it; ended: an operator has seen
-- to it; open, released: a reservation or a purchase that is not as the workflow says; lost:
-- nothing. A star as the account stands for all.
CREATE OR REPLACE FUNCTION holdfast.remembered_standing(p_operations jsonb) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_agg(
    CASE
      WHEN l.ended IS NOT NULL THEN 'ended'
      ELSE holdfast.remembered_word(
        said.line->>'accountId', said.line->>'what', said.line->>'id', said.line->'said')
    END ORDER BY said.place), '[]')
  FROM jsonb_array_elements(p_operations) WITH ORDINALITY AS said (line, place)
  LEFT JOIN holdfast.lost_operations AS l
    ON l.account_id = said.line->>'accountId'
      AND l.what = said.line->>'what'
      AND l.id = said.line->>'id'
$$;

-- A stop and its end have no key: one is known if the stop was set or ended then, or later.
CREATE OR REPLACE FUNCTION holdfast.remembered_word(
  p_account_id text, p_what text, p_id text, p_said jsonb
) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT coalesce(CASE
    WHEN p_what IN ('stop', 'admit') THEN (
      SELECT 'known'
      FROM holdfast.setting_orders
      WHERE account_id = p_account_id
        AND setting = 'stop:' || coalesce(p_said->>'kind', '*')
        AND coalesce(temporal_at, asked_at) >= holdfast.instant(p_said->>'askedAt')
    )
    ELSE holdfast.keyed_word(p_account_id, p_what, p_id)
  END, 'lost')
$$;

-- The same of what has a key; null if the ledger doesn't have it.
CREATE OR REPLACE FUNCTION holdfast.keyed_word(p_account_id text, p_what text, p_id text)
RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE p_what
    WHEN 'generation' THEN (
      SELECT CASE state WHEN 'committed' THEN 'known' WHEN 'waiting' THEN 'lost' ELSE state END
      FROM holdfast.reservations
      WHERE account_id = p_account_id AND request_id = p_id
    )
    WHEN 'purchase' THEN (
      SELECT CASE status WHEN 'open' THEN 'open' ELSE 'known' END
      FROM holdfast.purchases
      WHERE account_id = p_account_id AND purchase_id = p_id
    )
    ELSE (
      SELECT 'known'
      FROM holdfast.idempotency_keys
      WHERE account_id = p_account_id AND operation = holdfast.operation_of(p_what) AND key = p_id
    )
  END
$$;

-- The name by which keys know an operation.
CREATE OR REPLACE FUNCTION holdfast.operation_of(p_what text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_what
    WHEN 'changePlan' THEN 'change_plan'
    WHEN 'cancelAtPeriodEnd' THEN 'cancel'
    WHEN 'endNow' THEN 'end_now'
    WHEN 'limits' THEN 'set_limits'
    WHEN 'low-balance' THEN 'set_low_balance'
    WHEN 'top-up' THEN 'set_top_up'
    ELSE p_what
  END
$$;

-- Notes that a workflow has reported the end of something that the ledger doesn't know, once.
CREATE OR REPLACE FUNCTION holdfast.note_lost(
  p_account_id text, p_what text, p_id text, p_credits bigint
) RETURNS void
LANGUAGE sql VOLATILE AS $$
  INSERT INTO holdfast.lost_operations (account_id, what, id, credits, seen_at)
  VALUES (p_account_id, p_what, p_id, p_credits, holdfast.clock())
  ON CONFLICT DO NOTHING
$$;

-- An operator lets a lost operation be as it is: what was delivered or paid for is not booked.
CREATE OR REPLACE FUNCTION holdfast.waive_lost(
  p_account_id text, p_what text, p_id text, p_reason text, p_by text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_ended text := holdfast.end_lost(p_account_id, p_what, p_id, 'waived');
BEGIN
  IF v_ended IS NULL THEN
    PERFORM holdfast.record_operator_act(
      p_account_id, 'waive', jsonb_build_object('what', p_what, 'id', p_id), p_reason, p_by);
  END IF;
  RETURN jsonb_build_object(
    'replayed', v_ended IS NOT NULL,
    'result', jsonb_build_object(
      'accountId', p_account_id,
      'what', p_what,
      'id', p_id,
      'ended', coalesce(v_ended, 'waived')));
END $$;

-- Ends a lost operation. Answers with how it was ended before; null if it was not.
CREATE OR REPLACE FUNCTION holdfast.end_lost(
  p_account_id text, p_what text, p_id text, p_ended text
) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  v_before text;
BEGIN
  PERFORM holdfast.note_lost(p_account_id, p_what, p_id, p_credits => NULL);
  SELECT ended INTO v_before
  FROM holdfast.lost_operations
  WHERE account_id = p_account_id AND what = p_what AND id = p_id
  FOR UPDATE;
  IF v_before IS NULL THEN
    UPDATE holdfast.lost_operations SET ended = p_ended
    WHERE account_id = p_account_id AND what = p_what AND id = p_id;
  END IF;
  RETURN v_before;
END $$;
