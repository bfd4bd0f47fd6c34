-- Writes a message for somebody outside; one that is still there is written anew. The caller holds the account's lock.
CREATE OR REPLACE FUNCTION holdfast.post_message(p_account_id text, p_kind text, p_subject text, p_at timestamptz) RETURNS void
LANGUAGE sql VOLATILE AS $$
  INSERT INTO holdfast.outbox (account_id, kind, subject, written_at) VALUES (p_account_id, p_kind, p_subject, p_at)
  ON CONFLICT (account_id, kind, subject) DO UPDATE SET message_id = excluded.message_id
$$;

CREATE OR REPLACE FUNCTION holdfast.outbox_of(p_account_id text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('messageId', message_id, 'accountId', account_id, 'kind', kind,
    'requestId', nullif(subject, ''))) ORDER BY message_id)
  FROM holdfast.outbox WHERE account_id = p_account_id
$$;

CREATE OR REPLACE FUNCTION holdfast.outbox_delivered(p_account_id text, p_message_ids bigint[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM holdfast.outbox WHERE account_id = p_account_id AND message_id = ANY (p_message_ids)
$$;

CREATE OR REPLACE FUNCTION holdfast.available_at(a holdfast.accounts, p_at timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(g.remaining), 0)::bigint FROM holdfast.grants AS g
  WHERE g.account_id = a.account_id AND g.has_remainder
    AND holdfast.grant_counts(g.ends_at, g.term, a.term, a.valid_until, p_at)
$$;

-- The end of every operation on a watched account: looks whom to wake, what to tell and what to buy, and adds what has not
-- been delivered yet to the answer. It goes by what is there, not by what the operation did, so a replay that finds the same
-- answers the same. The caller holds the account's lock.
CREATE OR REPLACE FUNCTION holdfast.attended(p_account_id text, p_answer jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  a           holdfast.accounts;
  v_now       timestamptz;
  v_available bigint;
  v_messages  jsonb;
BEGIN
  SELECT * INTO a FROM holdfast.accounts WHERE account_id = p_account_id;
  IF a.watched IS NOT TRUE THEN RETURN p_answer; END IF;
  v_now := holdfast.ledger_now(a.last_entry_at);
  v_available := holdfast.available_at(a, v_now);
  PERFORM holdfast.wake_head(a, v_available, v_now);
  PERFORM holdfast.tell_low_balance(a, v_available, v_now);
  PERFORM holdfast.call_for_top_up(a, v_available, v_now);
  v_messages := holdfast.outbox_of(p_account_id);
  RETURN CASE WHEN v_messages IS NULL THEN p_answer ELSE p_answer || jsonb_build_object('outbox', v_messages) END;
END $$;

-- As at the end of every operation, and what time alone brings: expiries to tell of, notices that nobody has delivered.
CREATE OR REPLACE FUNCTION holdfast.attend_account(p_account_id text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  a        holdfast.accounts;
  v_now    timestamptz;
  v_answer jsonb;
BEGIN
  SELECT * INTO a FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  v_now := holdfast.ledger_now(a.last_entry_at);
  IF a.next_notice_at <= v_now THEN PERFORM holdfast.tell_expiring(a, v_now); END IF;
  UPDATE holdfast.notices SET look_from = v_now + interval '1 hour'
    WHERE account_id = p_account_id AND status = 'pending' AND look_from <= v_now;
  IF FOUND THEN PERFORM holdfast.post_message(p_account_id, 'notices', '', v_now); END IF;
  v_answer := holdfast.attended(p_account_id, '{}');
  RETURN v_answer || jsonb_build_object('result', jsonb_build_object('found', coalesce(jsonb_array_length(v_answer->'outbox'), 0)));
END $$;

-- A page of the accounts that somebody should look after: with messages that were written by then, a queue, an expiry that
-- may have to be told, or a notice that is overdue.
CREATE OR REPLACE FUNCTION holdfast.unattended_accounts(
  p_due_by timestamptz, p_written_by timestamptz, p_after_account_id text, p_limit integer
) RETURNS SETOF jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('accountId', account_id) FROM (
    SELECT account_id FROM holdfast.outbox WHERE written_at <= p_written_by
    UNION SELECT account_id FROM holdfast.reservations WHERE state = 'waiting'
    UNION SELECT account_id FROM holdfast.accounts WHERE next_notice_at IS NOT NULL AND next_notice_at <= p_due_by
    UNION SELECT account_id FROM holdfast.notices WHERE status = 'pending' AND look_from <= p_due_by
  ) AS unattended
  WHERE account_id > coalesce(p_after_account_id, '')
  ORDER BY account_id LIMIT p_limit
$$;
