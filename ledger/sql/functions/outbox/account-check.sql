-- Does what every operation does at its end, and what only time brings: notices of credits that
-- end, and notices that are overdue.
CREATE OR REPLACE FUNCTION holdfast.attend_account(p_account_id text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts := holdfast.lock_account(p_account_id);
  v_now     timestamptz := holdfast.ledger_now(v_account.last_entry_at);
  v_answer  jsonb;
BEGIN
  IF v_account.next_notice_at <= v_now THEN
    PERFORM holdfast.notify_expiring(v_account, v_now);
  END IF;
  UPDATE holdfast.notices
  SET look_from = v_now + interval '1 hour'
  WHERE account_id = p_account_id AND status = 'pending' AND look_from <= v_now;
  IF FOUND THEN PERFORM holdfast.post_message(p_account_id, 'notices', '', v_now); END IF;
  v_answer := holdfast.finish_operation(p_account_id, '{}');
  RETURN v_answer || jsonb_build_object('result', jsonb_build_object(
    'found', coalesce(jsonb_array_length(v_answer->'outbox'), 0)));
END $$;

-- A page of the accounts that reconciliation has to check: with messages that were written by then,
-- a queue, credits whose end may have to be told, or an overdue notice.
CREATE OR REPLACE FUNCTION holdfast.unattended_accounts(
  p_due_by timestamptz, p_written_by timestamptz, p_after_account_id text, p_limit integer
) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('accountId', account_id)
  FROM (
    SELECT account_id FROM holdfast.outbox WHERE written_at <= p_written_by
    UNION
    SELECT account_id FROM holdfast.queue_blocks
    UNION
    SELECT account_id FROM holdfast.accounts
    WHERE next_notice_at IS NOT NULL AND next_notice_at <= p_due_by
    UNION
    SELECT account_id FROM holdfast.notices WHERE status = 'pending' AND look_from <= p_due_by
  ) AS unattended
  WHERE account_id > coalesce(p_after_account_id, '')
  ORDER BY account_id
  LIMIT p_limit
$$;

-- Reconciliation checks the account at that time at the latest. least ignores nulls.
CREATE OR REPLACE FUNCTION holdfast.check_account_by(p_account_id text, p_by timestamptz)
RETURNS void
LANGUAGE sql VOLATILE AS $$
  UPDATE holdfast.accounts
  SET next_notice_at = least(next_notice_at, p_by)
  WHERE account_id = p_account_id
    AND next_notice_at IS DISTINCT FROM least(next_notice_at, p_by)
$$;
