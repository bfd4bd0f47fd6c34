-- The published record of a request, but for what has to be looked up: its wait, and from which
-- grants its credits come.
CREATE OR REPLACE FUNCTION holdfast.request_record_with(
  r holdfast.reservations, p_wait jsonb, p_allocations jsonb
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT holdfast.request_dimensions(r.body) || jsonb_build_object(
    'accountId', r.account_id,
    'requestId', r.request_id,
    'status', r.state,
    'body', CASE WHEN NOT r.erased THEN r.body END,
    'kind', r.body->'kind',
    'catalogVersion', r.catalog_version::text,
    'reserved', r.credits,
    'charged', r.charged,
    'reason', r.reason,
    'outputUrl', r.output_url,
    'reservedAt', holdfast.iso(r.reserved_at),
    'resolvedAt', holdfast.iso(r.resolved_at),
    'expiresAt', holdfast.iso(r.expires_at),
    'metadata', coalesce(r.body->'metadata', '{}'),
    'wait', p_wait,
    'allocations', p_allocations)
$$;

-- The allocations of a request whose credits come from one grant.
CREATE OR REPLACE FUNCTION holdfast.one_allocation(
  p_grant_id bigint, p_source text, p_credits bigint, p_charged bigint
) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_array(jsonb_build_object(
    'grantId', p_grant_id::text,
    'source', p_source,
    'credits', p_credits,
    'charged', p_charged))
$$;

-- The published record of a request. Charges are counted off in burn order, as the commit consumed
-- them.
CREATE OR REPLACE FUNCTION holdfast.request_record(r holdfast.reservations) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT holdfast.request_record_with(r,
    CASE WHEN r.ticket IS NOT NULL THEN jsonb_build_object(
      'place', CASE r.state WHEN 'waiting' THEN (
        SELECT ahead.tickets + 1 FROM holdfast.ahead_of(r.account_id, r.ticket) AS ahead
      ) END,
      'required', r.waits_for,
      'admitted', r.admitted_credits,
      'since', holdfast.iso(r.waiting_since),
      'until', holdfast.iso(r.wait_until)) END,
    coalesce((
      SELECT jsonb_agg(jsonb_build_object(
          'grantId', a.grant_id::text,
          'source', g.source,
          'credits', a.credits,
          'charged', greatest(0, least(a.credits, r.charged - (a.running - a.credits))))
        ORDER BY a.position)
      FROM (
        SELECT part.*, sum(part.credits) OVER (ORDER BY part.position) AS running
        FROM unnest(r.allocated_grants, r.allocated_credits)
          WITH ORDINALITY AS part (grant_id, credits, position)
      ) AS a
      JOIN holdfast.grants AS g
        ON g.account_id = r.account_id
        AND g.grant_id = ANY (r.allocated_grants)
        AND g.grant_id = a.grant_id
    ), '[]'))
$$;

-- The published record of a request; null if there is none.
CREATE OR REPLACE FUNCTION holdfast.request(p_account_id text, p_request_id text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.request_record(r)
  FROM holdfast.reservations AS r
  WHERE r.account_id = p_account_id AND r.request_id = p_request_id
$$;

-- The account's requests that hold credits, oldest first, then those that wait for some, in the
-- order in which they are served.
CREATE OR REPLACE FUNCTION holdfast.open_requests(p_account_id text, p_limit integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_agg(holdfast.request_record(r) ORDER BY
    r.state,
    CASE r.state WHEN 'waiting' THEN r.ticket END,
    r.reserved_at,
    r.request_id), '[]')
  FROM (
    SELECT *
    FROM holdfast.reservations
    WHERE account_id = p_account_id AND resolved_at IS NULL
    ORDER BY state, CASE state WHEN 'waiting' THEN ticket END, reserved_at, request_id
    LIMIT p_limit
  ) AS r
$$;

-- The answer of an operation on a reservation.
CREATE OR REPLACE FUNCTION holdfast.request_answer(
  p_reservation holdfast.reservations, p_replayed boolean
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'result', holdfast.request_record(p_reservation),
    'replayed', p_replayed)
$$;

CREATE OR REPLACE FUNCTION holdfast.reservation_not_found(p_request_id text) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT holdfast.refusal(
    'RESERVATION_NOT_FOUND', jsonb_build_object('requestId', p_request_id))
$$;

CREATE OR REPLACE FUNCTION holdfast.already_resolved(r holdfast.reservations) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT holdfast.refusal('RESERVATION_RESOLVED', jsonb_build_object(
    'outcome', r.state,
    'reserved', r.credits,
    'charged', r.charged,
    'reason', r.reason,
    'outputUrl', r.output_url))
$$;
