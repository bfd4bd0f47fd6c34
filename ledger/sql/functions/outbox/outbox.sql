-- Writes a message for delivery; one that is still there is written anew. The caller holds the
-- account's lock.
CREATE OR REPLACE FUNCTION holdfast.post_message(
  p_account_id text, p_kind text, p_subject text, p_at timestamptz
) RETURNS void
LANGUAGE sql VOLATILE AS $$
  INSERT INTO holdfast.outbox (account_id, kind, subject, written_at)
  VALUES (p_account_id, p_kind, p_subject, p_at)
  ON CONFLICT (account_id, kind, subject) DO UPDATE
    SET message_id = excluded.message_id, is_check = false
$$;

-- The account's messages that have not been delivered, oldest first; null if there are none.
CREATE OR REPLACE FUNCTION holdfast.outbox_of(p_account_id text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_agg(
    jsonb_strip_nulls(jsonb_build_object(
      'messageId', message_id,
      'accountId', account_id,
      'kind', kind,
      'requestId', nullif(subject, ''),
      'isCheck', nullif(is_check, false)))
    ORDER BY message_id)
  FROM holdfast.outbox
  WHERE account_id = p_account_id
$$;

-- Deletes messages that have been delivered.
CREATE OR REPLACE FUNCTION holdfast.outbox_delivered(p_account_id text, p_message_ids bigint[])
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM holdfast.outbox
  WHERE account_id = p_account_id AND message_id = ANY (p_message_ids)
$$;
