-- Events of billing systems that wait for an operator: those that failed, and those that neither
-- their workflow nor reconciliation has looked after. A star stands for an unknown account.
CREATE OR REPLACE FUNCTION holdfast.stuck_billing_events(p_missed_by timestamptz, p_limit integer)
RETURNS TABLE (
  what text, account_id text, id text, since timestamptz, problem text, credits bigint, detail text
)
LANGUAGE sql STABLE AS $$
  SELECT 'billing-event', coalesce(found.account_id, '*'), found.source || '/' || found.event_id,
    found.since, found.problem, NULL::bigint, found.detail
  FROM (
    (
      SELECT e.account_id, e.source, e.event_id, e.ended_at AS since, 'not-applied' AS problem,
        concat_ws(', ', e.type, e.reason) AS detail
      FROM holdfast.billing_events AS e
      WHERE e.state = 'failed'
      ORDER BY e.place LIMIT p_limit
    )
    UNION ALL
    (
      SELECT e.account_id, e.source, e.event_id, e.look_from, 'not-taken-up',
        concat_ws(', ', e.type, e.reason)
      FROM holdfast.billing_events AS e
      WHERE e.look_from <= p_missed_by - interval '10 minutes'
      ORDER BY e.look_from LIMIT p_limit
    )
  ) AS found
  ORDER BY found.since, found.source, found.event_id
  LIMIT p_limit
$$;
