-- Writes a notice and asks for its delivery. One with a subject is written once for ever.
CREATE OR REPLACE FUNCTION holdfast.write_notice(
  p_account_id text, p_type text, p_data jsonb, p_subject text, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO holdfast.notices (
    account_id, notice_id, type, data, at, subject, look_from, entry_version)
  SELECT p_account_id, coalesce(max(notice_id), 0) + 1, p_type, p_data, p_at, p_subject,
    p_at + interval '1 hour',
    (SELECT a.version FROM holdfast.accounts AS a WHERE a.account_id = p_account_id)
  FROM holdfast.notices
  WHERE account_id = p_account_id
  ON CONFLICT (account_id, subject) DO NOTHING;
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE holdfast.accounts SET watched = true WHERE account_id = p_account_id;
  PERFORM holdfast.post_message(p_account_id, 'notices', '', p_at);
END $$;

-- The published record of a notice.
CREATE OR REPLACE FUNCTION holdfast.notice_record(n holdfast.notices) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'accountId', n.account_id,
    'noticeId', n.notice_id,
    'at', holdfast.iso(n.at),
    'type', n.type,
    'data', n.data)
$$;

-- The same with what became of its delivery.
CREATE OR REPLACE FUNCTION holdfast.delivery_record(n holdfast.notices) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT holdfast.notice_record(n) || jsonb_build_object(
    'status', n.status,
    'settledAt', holdfast.iso(n.settled_at),
    'reason', n.reason)
$$;

-- The account's oldest notice that is neither delivered nor given up; null if there is none.
CREATE OR REPLACE FUNCTION holdfast.next_notice(p_account_id text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.notice_record(n)
  FROM holdfast.notices AS n
  WHERE n.account_id = p_account_id AND n.status = 'pending'
  ORDER BY n.notice_id LIMIT 1
$$;

-- p_reason says why it could not be delivered; null: it was. A settled notice stays as it is.
CREATE OR REPLACE FUNCTION holdfast.settle_notice(
  p_account_id text, p_notice_id bigint, p_reason text
) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE holdfast.notices
  SET status = CASE WHEN p_reason IS NULL THEN 'delivered' ELSE 'failed' END,
    settled_at = holdfast.clock(),
    reason = p_reason
  WHERE account_id = p_account_id AND notice_id = p_notice_id AND status = 'pending'
$$;

-- The account's last 100 notices, newest first.
CREATE OR REPLACE FUNCTION holdfast.account_notices(p_account_id text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_agg(holdfast.delivery_record(n) ORDER BY n.notice_id DESC), '[]')
  FROM (
    SELECT *
    FROM holdfast.notices
    WHERE account_id = p_account_id
    ORDER BY notice_id DESC LIMIT 100
  ) AS n
$$;
