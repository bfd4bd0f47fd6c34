-- The invariants of the ledger, re-derived from the journal in one snapshot. A violation names its invariant and account.
CREATE OR REPLACE FUNCTION holdfast.violations() RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH replayed AS (
    SELECT e.*, row_number() OVER journal AS expected_version, lag(e.at) OVER journal AS previous_at,
      sum(available_delta) OVER journal AS available_replayed, sum(reserved_delta) OVER journal AS reserved_replayed,
      sum(CASE WHEN type = 'grant'  THEN available_delta ELSE 0 END) OVER journal AS granted_replayed,
      sum(CASE WHEN type = 'commit' THEN -available_delta - reserved_delta ELSE 0 END) OVER journal AS spent_replayed,
      sum(CASE WHEN type = 'expire' THEN -available_delta ELSE 0 END) OVER journal AS expired_replayed,
      sum(CASE WHEN type = 'deduct' THEN -available_delta ELSE 0 END) OVER journal AS deducted_replayed
    FROM holdfast.entries AS e WINDOW journal AS (PARTITION BY e.account_id ORDER BY e.version)
  ), grant_lines AS (
    SELECT e.account_id, d.grant_id, sum(d.remainder_delta) AS remaining, sum(d.reserved_delta) AS reserved
    FROM holdfast.entries AS e, unnest(e.grant_ids, e.remainder_deltas, e.reserved_deltas) AS d (grant_id, remainder_delta, reserved_delta)
    GROUP BY e.account_id, d.grant_id
  ), open_lines AS (
    SELECT r.account_id, d.grant_id, sum(d.credits) AS reserved
    FROM holdfast.reservations AS r, unnest(r.allocated_grants, r.allocated_credits) AS d (grant_id, credits)
    WHERE r.state = 'open' GROUP BY r.account_id, d.grant_id
  ), request_lines AS (
    SELECT e.account_id, e.request_id, count(*) FILTER (WHERE type = 'reserve') AS reserves,
      count(*) FILTER (WHERE type IN ('commit', 'release')) AS resolutions,
      max(type) FILTER (WHERE type IN ('commit', 'release')) AS resolution,
      sum(reserved_delta) FILTER (WHERE type = 'reserve') AS reserved,
      coalesce(sum(-available_delta - reserved_delta) FILTER (WHERE type = 'commit'), 0) AS charged
    FROM holdfast.entries AS e WHERE e.request_id IS NOT NULL GROUP BY e.account_id, e.request_id
  )
  SELECT 'figures-not-negative', a.account_id, to_jsonb(a) FROM holdfast.accounts AS a
    WHERE least(a.available, a.reserved, a.spent, a.expired, a.deducted) < 0
  UNION ALL
  SELECT 'remainder-in-range', g.account_id, jsonb_build_object('grantId', g.grant_id, 'remaining', g.remaining) FROM holdfast.grants AS g
    WHERE g.remaining < 0 OR g.remaining > g.credits
  UNION ALL
  SELECT 'figures-add-up', a.account_id, to_jsonb(a) FROM holdfast.accounts AS a
    WHERE a.granted <> a.available + a.reserved + a.spent + a.expired + a.deducted
  UNION ALL
  SELECT 'grants-add-up', a.account_id, jsonb_build_object('available', a.available, 'remainders', s.remaining)
    FROM holdfast.accounts AS a
    LEFT JOIN (SELECT account_id, sum(remaining) AS remaining FROM holdfast.grants GROUP BY account_id) AS s USING (account_id)
    WHERE a.available <> coalesce(s.remaining, 0)
  UNION ALL
  SELECT 'reservations-add-up', a.account_id, jsonb_build_object('reserved', a.reserved, 'open', s.credits)
    FROM holdfast.accounts AS a
    LEFT JOIN (SELECT account_id, sum(credits) AS credits FROM holdfast.reservations WHERE state = 'open' GROUP BY account_id) AS s USING (account_id)
    WHERE a.reserved <> coalesce(s.credits, 0)
  UNION ALL
  SELECT 'allocations-add-up', r.account_id, jsonb_build_object('requestId', r.request_id, 'credits', r.credits) FROM holdfast.reservations AS r
    WHERE r.credits <> (SELECT coalesce(sum(c), 0) FROM unnest(r.allocated_credits) AS c)
      OR cardinality(r.allocated_credits) <> cardinality(r.allocated_grants)
  UNION ALL
  SELECT 'journal-gap-free', e.account_id, jsonb_build_object('version', e.version) FROM replayed AS e WHERE e.version <> e.expected_version
  UNION ALL
  SELECT 'journal-time-ordered', e.account_id, jsonb_build_object('version', e.version) FROM replayed AS e WHERE e.at < e.previous_at
  UNION ALL
  SELECT 'journal-legs-add-up', e.account_id, jsonb_build_object('version', e.version) FROM holdfast.entries AS e
    WHERE e.available_delta IS DISTINCT FROM (SELECT sum(d) FROM unnest(e.remainder_deltas) AS d)
      OR e.reserved_delta IS DISTINCT FROM (SELECT sum(d) FROM unnest(e.reserved_deltas) AS d)
      OR cardinality(e.remainder_deltas) <> cardinality(e.grant_ids) OR cardinality(e.reserved_deltas) <> cardinality(e.grant_ids)
      OR (e.type IN ('grant', 'expire') AND e.grant_ids <> ARRAY[e.grant_id])
  UNION ALL
  SELECT 'journal-replays', e.account_id, jsonb_build_object('version', e.version) FROM replayed AS e
    WHERE (e.available_after, e.reserved_after, e.granted_after, e.spent_after, e.expired_after, e.deducted_after) IS DISTINCT FROM
      (e.available_replayed, e.reserved_replayed, e.granted_replayed, e.spent_replayed, e.expired_replayed, e.deducted_replayed)
  UNION ALL
  SELECT 'journal-gives-balances', a.account_id, jsonb_build_object('version', a.version) FROM holdfast.accounts AS a
    LEFT JOIN holdfast.entries AS e ON e.account_id = a.account_id AND e.version = a.version
    WHERE (a.available, a.reserved, a.spent, a.expired, a.deducted, a.granted, a.last_entry_at) IS DISTINCT FROM
      (coalesce(e.available_after, 0), coalesce(e.reserved_after, 0), coalesce(e.spent_after, 0), coalesce(e.expired_after, 0),
       coalesce(e.deducted_after, 0), coalesce(e.granted_after, 0), e.at)
      OR a.version <> (SELECT count(*) FROM holdfast.entries AS all_entries WHERE all_entries.account_id = a.account_id)
  UNION ALL
  SELECT 'journal-gives-remainders', g.account_id, jsonb_build_object('grantId', g.grant_id) FROM holdfast.grants AS g
    LEFT JOIN grant_lines AS l USING (account_id, grant_id) LEFT JOIN open_lines AS o USING (account_id, grant_id)
    WHERE g.remaining <> coalesce(l.remaining, 0) OR coalesce(l.reserved, 0) <> coalesce(o.reserved, 0)
  UNION ALL
  SELECT 'grants-match-journal', coalesce(g.account_id, e.account_id), jsonb_build_object('grantId', coalesce(g.grant_id, e.version))
    FROM holdfast.grants AS g
    FULL JOIN (SELECT * FROM holdfast.entries WHERE type = 'grant') AS e ON e.account_id = g.account_id AND e.version = g.grant_id
    WHERE (g.grant_id, g.credits, g.granted_at) IS DISTINCT FROM (e.grant_id, e.available_delta, e.at)
  UNION ALL
  SELECT 'reservations-match-journal', r.account_id, jsonb_build_object('requestId', r.request_id, 'version', e.version)
    FROM holdfast.reservations AS r JOIN holdfast.entries AS e USING (account_id, request_id)
    WHERE (r.allocated_grants, r.allocated_credits) IS DISTINCT FROM
      (e.grant_ids, CASE e.type WHEN 'reserve' THEN e.reserved_deltas ELSE holdfast.negated(e.reserved_deltas) END)
      OR e.at IS DISTINCT FROM CASE e.type WHEN 'reserve' THEN r.reserved_at ELSE r.resolved_at END
  UNION ALL
  SELECT 'resolved-once', coalesce(r.account_id, l.account_id), jsonb_build_object('requestId', coalesce(r.request_id, l.request_id))
    FROM (SELECT * FROM holdfast.reservations WHERE reserved_at IS NOT NULL OR (body IS NOT NULL AND ticket IS NULL)) AS r
    FULL JOIN request_lines AS l USING (account_id, request_id)
    WHERE (r.credits, r.charged, 1, (r.state <> 'open')::integer) IS DISTINCT FROM (l.reserved, l.charged, l.reserves, l.resolutions)
      OR l.resolution IS DISTINCT FROM CASE r.state WHEN 'committed' THEN 'commit' WHEN 'released' THEN 'release' END
$$;

-- The same for subscriptions, terms and cycles. What a sweep has to do is a finding only two reconciliation intervals late.
CREATE OR REPLACE FUNCTION holdfast.subscription_violations(p_now timestamptz)
RETURNS TABLE (invariant text, account_id text, detail jsonb) LANGUAGE sql STABLE AS $$
  WITH last_terms AS (
    SELECT DISTINCT ON (t.account_id) t.* FROM holdfast.terms AS t ORDER BY t.account_id, t.change DESC
  ), changes AS (
    SELECT t.*, row_number() OVER history AS expected_change, lag(t.at) OVER history AS previous_at,
      lag(t.term) OVER history AS previous_term
    FROM holdfast.terms AS t WINDOW history AS (PARTITION BY t.account_id ORDER BY t.change)
  ), paid AS (
    SELECT c.*, s.closed_why, s.closed_at, s.anchor, s.anchor_cycle, s.time_zone, p.reference, p.recorded_at,
      row_number() OVER cycles AS expected_cycle, lag(c.ends_at) OVER cycles AS previous_end, lag(c.term) OVER cycles AS previous_term
    FROM holdfast.cycles AS c JOIN holdfast.subscriptions AS s USING (account_id, subscription_id)
    LEFT JOIN holdfast.payments AS p
      ON (p.account_id, p.subscription_id, p.cycle, p.pays) = (c.account_id, c.subscription_id, c.cycle, 'cycle')
    WINDOW cycles AS (PARTITION BY c.account_id, c.subscription_id ORDER BY c.cycle)
  ), cycle_grants AS (
    SELECT g.account_id, g.subscription_id, g.cycle, sum(g.credits) AS credits, count(*) FILTER (WHERE k.key IS NOT NULL) AS keyed,
      max(g.grant_id) FILTER (WHERE k.key IS NOT NULL) AS grant_id, count(DISTINCT g.term) AS terms, max(g.term) AS term
    FROM holdfast.grants AS g LEFT JOIN holdfast.idempotency_keys AS k ON k.account_id = g.account_id AND k.operation = 'grant'
      AND k.key = 'cycle:' || g.subscription_id || ':' || g.cycle AND k.result->>'grantId' = g.grant_id::text
    WHERE g.cycle IS NOT NULL GROUP BY g.account_id, g.subscription_id, g.cycle
  ), best AS (
    -- The best plan held in a cycle: the one that it has, or had at its start, or was raised to within it.
    SELECT c.account_id, c.subscription_id, c.cycle, greatest(holdfast.plan_credits(c.plan_id, c.length, c.starts_at),
      max(holdfast.plan_credits(p.plan_id, c.length, greatest(c.starts_at, CASE p.pays WHEN 'upgrade' THEN p.recorded_at END)))) AS credits
    FROM holdfast.cycles AS c LEFT JOIN holdfast.payments AS p USING (account_id, subscription_id, cycle)
    GROUP BY c.account_id, c.subscription_id, c.cycle
  )
  SELECT 'paid-cycle-granted', p.account_id, jsonb_build_object('subscriptionId', p.subscription_id, 'cycle', p.cycle) FROM paid AS p
    WHERE p.grant_id IS NULL AND greatest(p.starts_at, p.recorded_at) + interval '120 seconds' < p_now
      AND NOT (p.closed_why IS NOT DISTINCT FROM 'ended-now' AND p.starts_at > p.closed_at)
  UNION ALL
  SELECT 'cycle-granted-once', coalesce(c.account_id, g.account_id),
    jsonb_build_object('subscriptionId', coalesce(c.subscription_id, g.subscription_id), 'cycle', coalesce(c.cycle, g.cycle))
    FROM holdfast.cycles AS c FULL JOIN cycle_grants AS g USING (account_id, subscription_id, cycle)
    WHERE (c.grant_id, (c.grant_id IS NOT NULL)::integer, c.term) IS DISTINCT FROM
      (g.grant_id, coalesce(g.keyed, 0), CASE WHEN g.terms IS NULL THEN c.term WHEN g.terms = 1 THEN g.term END)
      OR EXISTS (SELECT FROM holdfast.grants AS early WHERE early.account_id = c.account_id AND early.grant_id = c.grant_id
        AND early.granted_at < c.starts_at)
  UNION ALL
  SELECT 'cycle-grants-within-best-plan', g.account_id,
    jsonb_build_object('subscriptionId', g.subscription_id, 'cycle', g.cycle, 'granted', g.credits, 'best', b.credits)
    FROM cycle_grants AS g LEFT JOIN best AS b USING (account_id, subscription_id, cycle) WHERE g.credits > coalesce(b.credits, 0)
  UNION ALL
  SELECT 'cycles-paid-and-gap-free', p.account_id, jsonb_build_object('subscriptionId', p.subscription_id, 'cycle', p.cycle) FROM paid AS p
    WHERE p.cycle <> p.expected_cycle OR p.reference IS NULL OR p.term < p.previous_term
  UNION ALL
  SELECT 'cycles-follow-calendar', p.account_id, jsonb_build_object('subscriptionId', p.subscription_id, 'cycle', p.cycle) FROM paid AS p
    WHERE p.starts_at < p.previous_end OR (p.term = p.previous_term AND p.starts_at <> p.previous_end)
      -- A day's tolerance, because a country may change its clocks after a boundary has been settled.
      OR (p.cycle >= p.anchor_cycle AND p.starts_at NOT BETWEEN
        holdfast.cycle_start(p.anchor, p.anchor_cycle, p.cycle, p.length, p.time_zone) - interval '26 hours' AND
        holdfast.cycle_start(p.anchor, p.anchor_cycle, p.cycle, p.length, p.time_zone) + interval '26 hours')
  UNION ALL
  SELECT 'subscription-follows-cycles', s.account_id, jsonb_build_object('subscriptionId', s.subscription_id)
    FROM holdfast.subscriptions AS s
    LEFT JOIN (SELECT p.account_id, p.subscription_id, max(p.cycle) AS paid_cycle, max(p.cycle) FILTER (WHERE p.grant_id IS NOT NULL) AS granted_cycle,
        count(p.grant_id) AS grants, max(p.term) AS term, (array_agg(p.plan_id ORDER BY p.cycle DESC))[1] AS plan_id
      FROM paid AS p GROUP BY p.account_id, p.subscription_id) AS c USING (account_id, subscription_id)
    WHERE (s.paid_cycle, s.granted_cycle, s.granted_cycle, s.term, s.plan_id) IS DISTINCT FROM
      (c.paid_cycle, coalesce(c.granted_cycle, 0), c.grants::integer, c.term, c.plan_id)
  UNION ALL
  SELECT 'terms-in-order', t.account_id, jsonb_build_object('change', t.change) FROM changes AS t
    WHERE t.change <> t.expected_change OR t.at < t.previous_at OR t.term < t.previous_term
  UNION ALL
  SELECT 'terms-give-validity', a.account_id, jsonb_build_object('term', a.term, 'validUntil', a.valid_until)
    FROM holdfast.accounts AS a LEFT JOIN last_terms AS t USING (account_id)
    WHERE (nullif(a.term, 0), a.valid_until) IS DISTINCT FROM (t.term, t.valid_until)
  UNION ALL
  SELECT 'validity-follows-payments', s.account_id, jsonb_build_object('subscriptionId', s.subscription_id, 'validUntil', a.valid_until)
    FROM holdfast.subscriptions AS s JOIN holdfast.accounts AS a USING (account_id)
    JOIN holdfast.cycles AS c ON (c.account_id, c.subscription_id, c.cycle) = (s.account_id, s.subscription_id, s.paid_cycle)
    WHERE s.status = 'active' AND (a.term <> s.term OR a.booked_term >= s.term OR a.valid_until < c.ends_at
      OR a.valid_until > holdfast.add_duration(c.ends_at, s.grace, s.time_zone) + interval '26 hours'
      OR (NOT s.cancel_at_period_end AND a.valid_until < holdfast.add_duration(c.ends_at, s.grace, s.time_zone) - interval '26 hours'))
  UNION ALL
  SELECT 'booked-term-is-empty', g.account_id, jsonb_build_object('grantId', g.grant_id, 'remaining', g.remaining)
    FROM holdfast.grants AS g JOIN holdfast.accounts AS a USING (account_id) WHERE g.has_remainder AND g.term <= a.booked_term
$$;

-- The same for purchases. An unfinished one is no finding, however old: a bank transfer or a refund may take days.
CREATE OR REPLACE FUNCTION holdfast.purchase_violations() RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH pack_grants AS (
    SELECT g.*, k.key FROM holdfast.grants AS g LEFT JOIN holdfast.idempotency_keys AS k ON k.account_id = g.account_id
      AND k.operation = 'grant' AND k.key LIKE 'purchase:%' AND k.result->>'grantId' = g.grant_id::text
    WHERE g.source = 'pack'
  )
  SELECT 'pack-granted-once', coalesce(p.account_id, g.account_id),
    jsonb_build_object('purchaseId', p.purchase_id, 'grantId', coalesce(g.grant_id, p.grant_id))
    FROM (SELECT * FROM holdfast.purchases WHERE grant_id IS NOT NULL) AS p
    FULL JOIN pack_grants AS g USING (account_id, grant_id)
    WHERE ('purchase:' || p.purchase_id, p.credits, p.price_cents, p.currency, p.resolved_at, 30::smallint) IS DISTINCT FROM
      (g.key, g.credits, g.cost_cents, g.currency, g.granted_at, g.priority)
  UNION ALL
  SELECT 'pack-granted-while-live', g.account_id, jsonb_build_object('grantId', g.grant_id) FROM pack_grants AS g
    WHERE NOT EXISTS (SELECT FROM holdfast.terms AS t
      WHERE t.account_id = g.account_id AND t.term = g.term AND t.at <= g.granted_at AND g.granted_at < t.valid_until)
  UNION ALL
  SELECT 'purchase-paid-once', p.account_id, jsonb_build_object('purchaseId', p.purchase_id, 'paymentId', p.payment_id)
    FROM (SELECT *, count(*) FILTER (WHERE reason IS DISTINCT FROM 'payment-already-used')
            OVER (PARTITION BY account_id, payment_id) AS payments FROM holdfast.purchases) AS p
    WHERE (p.status IN ('granted', 'returning') AND p.payment_id IS NULL) OR (p.payment_id IS NOT NULL AND p.payments > 1)
  UNION ALL
  SELECT 'stray-payment-bought-nothing', x.account_id, jsonb_build_object('purchaseId', p.purchase_id, 'paymentId', x.payment_id)
    FROM holdfast.stray_payments AS x JOIN holdfast.purchases AS p USING (account_id, payment_id)
    WHERE p.reason IS DISTINCT FROM 'payment-already-used'
  UNION ALL
  SELECT 'purchase-resolved-once', p.account_id, jsonb_build_object('purchaseId', p.purchase_id, 'status', p.status)
    FROM holdfast.purchases AS p
    WHERE (p.status = 'granted') <> (p.grant_id IS NOT NULL) OR (p.status IN ('open', 'returning')) <> (p.resolved_at IS NULL)
      OR p.resolved_at < p.opened_at OR (p.look_from IS NULL) <> (p.resolved_at IS NOT NULL)
  UNION ALL
  SELECT 'purchase-as-sold', p.account_id, jsonb_build_object('purchaseId', p.purchase_id, 'catalogVersion', p.catalog_version)
    FROM holdfast.purchases AS p LEFT JOIN holdfast.catalog_versions AS v ON v.version = p.catalog_version,
      LATERAL (SELECT v.document->'packs'->p.pack_id AS pack) AS sold
    WHERE p.body IS NOT NULL AND (v.effective_from > p.opened_at OR (p.pack_id, p.credits, p.price_cents, p.price_cents, p.currency)
      IS DISTINCT FROM (p.body->>'packId', (sold.pack->>'credits')::bigint, (sold.pack->>'priceCents')::bigint,
        (p.body->>'shownPriceCents')::bigint, sold.pack->>'currency'))
$$;

-- The same for the counts that stand on the account, and for those who wait.
CREATE OR REPLACE FUNCTION holdfast.queue_violations() RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH counted AS (
    SELECT r.account_id, count(*) FILTER (WHERE r.state = 'open') AS open,
      sum(r.waits_for) FILTER (WHERE r.state = 'waiting') AS waited_for, max(r.ticket) AS last_ticket,
      sum(CASE r.state WHEN 'open' THEN r.credits ELSE r.charged END)
        FILTER (WHERE holdfast.day_of(r.reserved_at) = a.day) AS day_credits
    FROM holdfast.reservations AS r JOIN holdfast.accounts AS a USING (account_id) GROUP BY r.account_id
  )
  SELECT 'counts-match-reservations', a.account_id, jsonb_build_object('open', c.open, 'waitedFor', c.waited_for, 'dayCredits', c.day_credits)
    FROM holdfast.accounts AS a LEFT JOIN counted AS c USING (account_id)
    WHERE (a.open_reservations, a.waited_for, a.day_credits) IS DISTINCT FROM
      (coalesce(c.open, 0)::integer, coalesce(c.waited_for, 0)::bigint, coalesce(c.day_credits, 0)::bigint)
      OR a.last_ticket < coalesce(c.last_ticket, 0)
  UNION ALL
  SELECT 'unserved-holds-nothing', r.account_id, jsonb_build_object('requestId', r.request_id, 'state', r.state)
    FROM holdfast.reservations AS r WHERE r.reserved_at IS NULL
      AND (r.credits <> 0 OR r.charged <> 0 OR EXISTS (SELECT FROM holdfast.entries AS e
        WHERE e.account_id = r.account_id AND e.request_id = r.request_id))
  UNION ALL
  SELECT 'one-top-up-at-a-time', p.account_id, jsonb_build_object('open', count(*)) FROM holdfast.purchases AS p
    WHERE p.automatic AND p.status = 'open' GROUP BY p.account_id HAVING count(*) > 1
$$;

CREATE OR REPLACE FUNCTION holdfast.audit() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'accounts', (SELECT count(*) FROM holdfast.accounts), 'entries', (SELECT count(*) FROM holdfast.entries),
    'violations', coalesce((
      SELECT jsonb_agg(jsonb_build_object('invariant', v.invariant, 'accountId', v.account_id, 'detail', v.detail)
        ORDER BY v.account_id, v.invariant)
      FROM (SELECT * FROM holdfast.violations() UNION ALL SELECT * FROM holdfast.purchase_violations() UNION ALL SELECT * FROM holdfast.queue_violations()
        UNION ALL SELECT * FROM holdfast.subscription_violations(holdfast.clock())) AS v), '[]'))
$$;
