-- What somebody who looks on has to know: which accounts have changed, and what runs or waits in one.

-- One call for all that are looked at. A stamp is other than before whenever a balance or a request is, but for grants whose
-- own end has come, which no row shows.
CREATE OR REPLACE FUNCTION holdfast.account_stamps(p_account_ids text[]) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_object_agg(a.account_id, concat_ws('/', a.version, a.term, holdfast.iso(a.valid_until),
    a.valid_until > holdfast.ledger_now(a.last_entry_at), a.last_ticket, a.waited_for)), '{}')
  FROM holdfast.accounts AS a WHERE a.account_id = ANY (p_account_ids)
$$;

-- Those that hold credits, oldest first, then those that wait for some, in the order in which they are served.
CREATE OR REPLACE FUNCTION holdfast.open_requests(p_account_id text, p_limit integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_agg(holdfast.request_record(r)
    ORDER BY r.state, CASE r.state WHEN 'waiting' THEN r.ticket END, r.reserved_at, r.request_id), '[]')
  FROM (
    SELECT * FROM holdfast.reservations
    WHERE account_id = p_account_id AND resolved_at IS NULL
    ORDER BY state, CASE state WHEN 'waiting' THEN ticket END, reserved_at, request_id LIMIT p_limit
  ) AS r
$$;
