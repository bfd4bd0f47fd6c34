--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: holdfast; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA holdfast;


--
-- Name: account_notices(text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.account_notices(p_account_id text) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce(jsonb_agg(holdfast.notice_record(n) || jsonb_build_object('status', n.status,
    'settledAt', holdfast.iso(n.settled_at), 'reason', n.reason) ORDER BY n.notice_id DESC), '[]')
  FROM (SELECT * FROM holdfast.notices WHERE account_id = p_account_id ORDER BY notice_id DESC LIMIT 100) AS n
$$;


--
-- Name: account_settings(text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.account_settings(p_account_id text) RETURNS jsonb
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT holdfast.settings_record(p_account_id, holdfast.clock())
$$;


--
-- Name: account_stamps(text[]); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.account_stamps(p_account_ids text[]) RETURNS jsonb
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce(jsonb_object_agg(a.account_id, concat_ws('/', a.version, a.term, holdfast.iso(a.valid_until),
    a.valid_until > holdfast.ledger_now(a.last_entry_at), a.last_ticket, a.waited_for)), '{}')
  FROM holdfast.accounts AS a WHERE a.account_id = ANY (p_account_ids)
$$;


--
-- Name: add_duration(timestamp with time zone, text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.add_duration(p_at timestamp with time zone, p_duration text, p_time_zone text) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS $$
  SELECT holdfast.cycle_start(p_at, 0, 1, p_duration, p_time_zone)
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: accounts; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.accounts (
    account_id text NOT NULL,
    version bigint DEFAULT 0 NOT NULL,
    last_entry_at timestamp with time zone,
    term integer DEFAULT 0 NOT NULL,
    valid_until timestamp with time zone,
    available bigint DEFAULT 0 NOT NULL,
    reserved bigint DEFAULT 0 NOT NULL,
    spent bigint DEFAULT 0 NOT NULL,
    expired bigint DEFAULT 0 NOT NULL,
    deducted bigint DEFAULT 0 NOT NULL,
    granted bigint DEFAULT 0 NOT NULL,
    booked_term integer DEFAULT 0 NOT NULL,
    last_ticket bigint DEFAULT 0 NOT NULL,
    waited_for bigint DEFAULT 0 NOT NULL,
    open_reservations integer DEFAULT 0 NOT NULL,
    day date,
    day_credits bigint DEFAULT 0 NOT NULL,
    watched boolean DEFAULT false NOT NULL,
    ran_dry boolean DEFAULT false NOT NULL,
    next_notice_at timestamp with time zone,
    CONSTRAINT accounts_account_id_valid CHECK ((account_id ~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$'::text)),
    CONSTRAINT accounts_booked_term_in_range CHECK (((booked_term >= 0) AND (booked_term <= term))),
    CONSTRAINT accounts_counts_not_negative CHECK (((last_ticket >= 0) AND (waited_for >= 0) AND (open_reservations >= 0) AND (day_credits >= 0))),
    CONSTRAINT accounts_figures_add_up CHECK ((granted = ((((available + reserved) + spent) + expired) + deducted))),
    CONSTRAINT accounts_figures_not_negative CHECK (((available >= 0) AND (reserved >= 0) AND (spent >= 0) AND (expired >= 0) AND (deducted >= 0))),
    CONSTRAINT accounts_granted_is_safe_integer CHECK ((granted <= '9007199254740991'::bigint))
)
WITH (fillfactor='60');


--
-- Name: admission_obstacle(holdfast.accounts, text, text, bigint, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.admission_obstacle(a holdfast.accounts, p_account_id text, p_kind text, p_credits bigint, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  v_stop   holdfast.stops;
  s        holdfast.account_settings;
  v_used   bigint;
BEGIN
  SELECT * INTO v_stop FROM holdfast.stops
    WHERE account_id IN (p_account_id, '*') AND kind IN (p_kind, '*') ORDER BY account_id DESC, kind DESC LIMIT 1;
  IF FOUND THEN RETURN holdfast.refusal('ADMISSION_STOPPED', holdfast.stop_record(v_stop)); END IF;
  IF a.watched IS NOT TRUE THEN RETURN NULL; END IF;
  SELECT * INTO s FROM holdfast.account_settings WHERE account_id = p_account_id;
  IF p_credits > s.generation_credits_max THEN
    RETURN holdfast.refusal('GENERATION_LIMIT_EXCEEDED',
      jsonb_build_object('required', p_credits, 'generationCreditsMax', s.generation_credits_max));
  END IF;
  v_used := CASE WHEN a.day = holdfast.day_of(p_at) THEN a.day_credits ELSE 0 END;
  IF v_used + p_credits > s.daily_credits_max THEN
    RETURN holdfast.refusal('DAILY_LIMIT_REACHED', jsonb_build_object('required', p_credits, 'used', v_used,
      'dailyCreditsMax', s.daily_credits_max, 'resetsAt', holdfast.iso((holdfast.day_of(p_at) + 1)::timestamp AT TIME ZONE 'UTC')));
  END IF;
  IF a.open_reservations >= s.concurrent_generations_max THEN
    RETURN holdfast.refusal('CONCURRENCY_LIMIT_REACHED',
      jsonb_build_object('running', a.open_reservations, 'concurrentGenerationsMax', s.concurrent_generations_max));
  END IF;
  RETURN NULL;
END $$;


--
-- Name: admit_again(text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.admit_again(p_account_id text, p_kind text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_admitted boolean;
BEGIN
  PERFORM FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  DELETE FROM holdfast.stops WHERE account_id = coalesce(p_account_id, '*') AND kind = coalesce(p_kind, '*');
  v_admitted := FOUND;
  RETURN holdfast.attended(p_account_id, jsonb_build_object('result', jsonb_build_object('admitted', v_admitted)));
END $$;


--
-- Name: allocate(holdfast.accounts, timestamp with time zone, bigint); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.allocate(p_account holdfast.accounts, p_at timestamp with time zone, p_credits bigint, OUT available bigint, OUT grant_ids bigint[], OUT credits bigint[]) RETURNS record
    LANGUAGE sql STABLE
    AS $$
  WITH counting AS (
    SELECT g.grant_id, g.remaining, sum(g.remaining) OVER burn AS running, row_number() OVER burn AS rank
    FROM holdfast.grants AS g
    WHERE g.account_id = p_account.account_id AND g.has_remainder
      AND holdfast.grant_counts(g.ends_at, g.term, p_account.term, p_account.valid_until, p_at)
    WINDOW burn AS (
      ORDER BY g.priority, coalesce(g.ends_at, p_account.valid_until), g.cost_cents > 0, g.granted_at, g.grant_id
    )
  ), total AS (
    SELECT coalesce(sum(remaining), 0)::bigint AS available FROM counting
  )
  SELECT total.available,
    array_agg(grant_id ORDER BY rank) FILTER (WHERE running - remaining < p_credits AND total.available >= p_credits),
    array_agg(least(remaining, p_credits - (running - remaining))::bigint ORDER BY rank)
      FILTER (WHERE running - remaining < p_credits AND total.available >= p_credits)
  FROM total LEFT JOIN counting ON true
  GROUP BY total.available
$$;


--
-- Name: reservations; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.reservations (
    account_id text NOT NULL,
    request_id text NOT NULL,
    body jsonb,
    state text NOT NULL,
    credits bigint NOT NULL,
    charged bigint DEFAULT 0 NOT NULL,
    catalog_version integer,
    allocated_grants bigint[] NOT NULL,
    allocated_credits bigint[] NOT NULL,
    reserved_at timestamp with time zone,
    resolved_at timestamp with time zone,
    expires_at timestamp with time zone,
    missing_passes smallint DEFAULT 0 NOT NULL,
    missing_pass_id text,
    reason text,
    output_url text,
    ticket bigint,
    waits_for bigint,
    admitted_credits bigint,
    waiting_since timestamp with time zone,
    wait_until timestamp with time zone,
    woken_at timestamp with time zone,
    CONSTRAINT reservations_charged_in_range CHECK (((charged >= 0) AND (charged <= credits))),
    CONSTRAINT reservations_only_a_commit_charges CHECK (((state = 'committed'::text) OR (charged = 0))),
    CONSTRAINT reservations_open_has_expiry CHECK (((state = ANY (ARRAY['waiting'::text, 'open'::text])) = (expires_at IS NOT NULL))),
    CONSTRAINT reservations_request_id_valid CHECK ((request_id ~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$'::text)),
    CONSTRAINT reservations_resolved_has_time CHECK (((state = ANY (ARRAY['waiting'::text, 'open'::text])) = (resolved_at IS NULL))),
    CONSTRAINT reservations_state_known CHECK ((state = ANY (ARRAY['waiting'::text, 'open'::text, 'committed'::text, 'released'::text]))),
    CONSTRAINT reservations_ticket_complete CHECK ((num_nulls(ticket, waits_for, admitted_credits, waiting_since, wait_until) = ANY (ARRAY[0, 5]))),
    CONSTRAINT reservations_tombstone_is_released CHECK (((body IS NOT NULL) OR ((state = 'released'::text) AND (credits = 0)))),
    CONSTRAINT reservations_waiting_holds_nothing CHECK (((state <> 'waiting'::text) OR ((ticket IS NOT NULL) AND (credits = 0)))),
    CONSTRAINT reservations_waits_for_something CHECK ((waits_for > 0))
)
WITH (fillfactor='60');


--
-- Name: already_resolved(holdfast.reservations); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.already_resolved(r holdfast.reservations) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT holdfast.refusal('RESERVATION_RESOLVED', jsonb_build_object(
    'outcome', r.state, 'reserved', r.credits, 'charged', r.charged, 'reason', r.reason, 'outputUrl', r.output_url))
$$;


--
-- Name: apply_catalog(jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.apply_catalog(p_versions jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_answer jsonb;
BEGIN
  LOCK TABLE holdfast.catalog_versions IN SHARE ROW EXCLUSIVE MODE;
  v_answer := holdfast.judge_catalog(p_versions);
  INSERT INTO holdfast.catalog_versions
  SELECT (value->>'version')::integer, (value->>'effectiveFrom')::timestamptz, value FROM jsonb_array_elements(p_versions)
  WHERE v_answer->'result'->'applied' @> (value->'version')
  ON CONFLICT (version) DO UPDATE SET effective_from = excluded.effective_from, document = excluded.document;
  RETURN v_answer;
END $$;


--
-- Name: attend_account(text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.attend_account(p_account_id text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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


--
-- Name: attended(text, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.attended(p_account_id text, p_answer jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    AS $$
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


--
-- Name: audit(); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.audit() RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT jsonb_build_object(
    'accounts', (SELECT count(*) FROM holdfast.accounts), 'entries', (SELECT count(*) FROM holdfast.entries),
    'violations', coalesce((
      SELECT jsonb_agg(jsonb_build_object('invariant', v.invariant, 'accountId', v.account_id, 'detail', v.detail)
        ORDER BY v.account_id, v.invariant)
      FROM (SELECT * FROM holdfast.violations() UNION ALL SELECT * FROM holdfast.purchase_violations() UNION ALL SELECT * FROM holdfast.queue_violations()
        UNION ALL SELECT * FROM holdfast.subscription_violations(holdfast.clock())) AS v), '[]'))
$$;


--
-- Name: available_at(holdfast.accounts, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.available_at(a holdfast.accounts, p_at timestamp with time zone) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
  SELECT coalesce(sum(g.remaining), 0)::bigint FROM holdfast.grants AS g
  WHERE g.account_id = a.account_id AND g.has_remainder
    AND holdfast.grant_counts(g.ends_at, g.term, a.term, a.valid_until, p_at)
$$;


--
-- Name: balance(text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.balance(p_account_id text, p_as_of timestamp with time zone) RETURNS jsonb
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  WITH account AS (
    -- An earlier time judges by the term and its end as they were known then, not as a later renewal has moved them.
    SELECT a.account_id, coalesce(p_as_of, holdfast.ledger_now(a.last_entry_at)) AS at,
      CASE WHEN p_as_of IS NULL THEN a.term ELSE t.term END AS term,
      CASE WHEN p_as_of IS NULL THEN a.valid_until ELSE t.valid_until END AS valid_until
    FROM holdfast.accounts AS a LEFT JOIN LATERAL (
      SELECT * FROM holdfast.terms
      WHERE account_id = a.account_id AND at <= p_as_of ORDER BY change DESC LIMIT 1
    ) AS t ON true
    WHERE a.account_id = p_account_id
  ), last AS (
    -- LATERAL, so that it reads the index from its end; as a join it would sort all the account's entries.
    SELECT e.* FROM account AS a, LATERAL (
      SELECT * FROM holdfast.entries WHERE account_id = a.account_id AND at <= a.at ORDER BY version DESC LIMIT 1
    ) AS e
  ), remainders AS (
    SELECT g.grant_id, g.remaining FROM holdfast.grants AS g
    WHERE p_as_of IS NULL AND g.account_id = p_account_id AND g.has_remainder
    UNION ALL
    SELECT d.grant_id, sum(d.delta)::bigint
    FROM last JOIN holdfast.entries AS e ON e.account_id = p_account_id AND e.version <= last.version,
      unnest(e.grant_ids, e.remainder_deltas) AS d (grant_id, delta)
    WHERE p_as_of IS NOT NULL GROUP BY d.grant_id
  ), standing AS (
    SELECT g.*, r.remaining AS left_over, coalesce(g.ends_at, a.valid_until) AS ends,
      coalesce(holdfast.grant_counts(g.ends_at, g.term, a.term, a.valid_until, a.at), false) AS counts
    FROM remainders AS r JOIN holdfast.grants AS g ON g.account_id = p_account_id AND g.grant_id = r.grant_id, account AS a
    WHERE r.remaining > 0
  )
  SELECT jsonb_build_object(
    'accountId', p_account_id,
    'at', (SELECT holdfast.iso(at) FROM account),
    'available', coalesce((SELECT sum(left_over) FROM standing WHERE counts), 0),
    'pendingExpiry', coalesce((SELECT sum(left_over) FROM standing WHERE NOT counts), 0),
    'reserved', coalesce(max(last.reserved_after), 0),
    'spent', coalesce(max(last.spent_after), 0),
    'expired', coalesce(max(last.expired_after), 0),
    'deducted', coalesce(max(last.deducted_after), 0),
    'granted', coalesce(max(last.granted_after), 0),
    'validUntil', (SELECT holdfast.iso(valid_until) FROM account),
    'grants', coalesce((
      SELECT jsonb_agg(holdfast.grant_origin(account_id, grant_id) || jsonb_build_object('grantId', grant_id::text,
        'credits', credits, 'remaining', left_over, 'expiresAt', holdfast.iso(ends))
        ORDER BY priority, ends, cost_cents > 0, granted_at, grant_id)
      FROM standing), '[]'))
  FROM last
$$;


--
-- Name: begin_top_up(text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.begin_top_up(p_account_id text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  a          holdfast.accounts;
  s          holdfast.account_settings;
  p          holdfast.purchases;
  v_now      timestamptz;
  v_obstacle text;
BEGIN
  SELECT * INTO a FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  SELECT * INTO s FROM holdfast.account_settings WHERE account_id = p_account_id;
  SELECT * INTO p FROM holdfast.purchases WHERE account_id = p_account_id AND automatic AND status = 'open';
  IF FOUND THEN RETURN holdfast.top_up_step(p); END IF;
  v_now := holdfast.ledger_now(a.last_entry_at);
  v_obstacle := holdfast.top_up_obstacle(a, s, holdfast.available_at(a, v_now), v_now);
  IF v_obstacle = 'backing-off' THEN
    RETURN jsonb_build_object('result', jsonb_build_object('step', 'later', 'at', holdfast.iso(v_now),
      'retryAt', holdfast.iso(s.top_up_retry_at)));
  END IF;
  IF v_obstacle IS NOT NULL THEN
    RETURN jsonb_build_object('result', jsonb_build_object('step', 'none', 'reason', v_obstacle));
  END IF;
  RETURN holdfast.top_up_step(holdfast.open_top_up(s, v_now));
END $$;


--
-- Name: book_ended_grants(text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.book_ended_grants(p_account_id text, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_grant record;
BEGIN
  FOR v_grant IN
    SELECT g.grant_id, g.remaining, CASE WHEN g.term IS NULL THEN 'ended' ELSE 'lapsed' END AS reason
    FROM holdfast.grants AS g JOIN holdfast.accounts AS a USING (account_id)
    WHERE g.account_id = p_account_id AND g.has_remainder
      AND CASE WHEN g.term IS NULL THEN g.ends_at <= p_at ELSE g.term <> a.term OR g.term <= a.booked_term END
    ORDER BY g.ends_at, g.grant_id
  LOOP
    PERFORM holdfast.post_entry(p_account_id, p_at, 'expire', ARRAY[v_grant.grant_id], ARRAY[-v_grant.remaining],
      ARRAY[0::bigint], NULL, v_grant.grant_id, v_grant.reason, NULL);
  END LOOP;
END $$;


--
-- Name: boundary_from(timestamp with time zone, integer, integer, text, text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.boundary_from(p_anchor timestamp with time zone, p_anchor_cycle integer, p_cycle_number integer, p_cycle text, p_time_zone text, p_from timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  v_before integer := -1;
  v_steps  integer := 0;
  v_middle integer;
BEGIN
  -- Boundaries grow with their number: doubling finds one that is late enough, halving the first of those.
  WHILE holdfast.cycle_start(p_anchor, p_anchor_cycle, p_cycle_number + v_steps, p_cycle, p_time_zone) < p_from LOOP
    v_before := v_steps;
    v_steps := 2 * v_steps + 1;
    IF v_steps > 1000000000 THEN RETURN NULL; END IF;
  END LOOP;
  WHILE v_steps - v_before > 1 LOOP
    v_middle := v_before + (v_steps - v_before) / 2;
    IF holdfast.cycle_start(p_anchor, p_anchor_cycle, p_cycle_number + v_middle, p_cycle, p_time_zone) < p_from
      THEN v_before := v_middle;
      ELSE v_steps := v_middle;
    END IF;
  END LOOP;
  RETURN holdfast.cycle_start(p_anchor, p_anchor_cycle, p_cycle_number + v_steps, p_cycle, p_time_zone);
END $$;


--
-- Name: call_for_top_up(holdfast.accounts, bigint, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.call_for_top_up(a holdfast.accounts, p_available bigint, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  s          holdfast.account_settings;
  v_obstacle text;
  v_pack     jsonb;
BEGIN
  SELECT * INTO s FROM holdfast.account_settings WHERE account_id = a.account_id AND top_up_pack_id IS NOT NULL;
  IF NOT FOUND THEN RETURN; END IF;
  v_obstacle := holdfast.top_up_obstacle(a, s, p_available, p_at);
  IF v_obstacle IS NULL THEN PERFORM holdfast.post_message(a.account_id, 'top-up', '', p_at); END IF;
  -- The cap has room again when the month turns. An account that has run dry may do nothing by itself, so somebody looks then.
  IF v_obstacle = 'monthly-cap' THEN
    PERFORM holdfast.look_by(a.account_id,
      (date_trunc('month', p_at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC');
  END IF;
  IF v_obstacle IN ('monthly-cap', 'pack-not-sold', 'price-changed') THEN
    v_pack := holdfast.pack_sold_last(s.top_up_pack_id, p_at);
    PERFORM holdfast.write_notice(a.account_id, 'top-up-failed', jsonb_build_object('packId', s.top_up_pack_id,
      'priceCents', v_pack->'priceCents', 'currency', v_pack->'currency', 'reason', v_obstacle, 'retryAt', NULL,
      'stopped', v_obstacle = 'price-changed'),
      concat_ws(':', v_obstacle, CASE v_obstacle
        WHEN 'monthly-cap' THEN to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM') || ':' || s.top_up_cap_cents
        WHEN 'pack-not-sold' THEN to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM') || ':' || s.top_up_pack_id
        ELSE concat_ws(':', s.top_up_pack_id, s.top_up_price_cents, v_pack->>'priceCents', v_pack->>'currency') END), p_at);
  END IF;
END $$;


--
-- Name: catalog_disorder(jsonb, integer[]); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.catalog_disorder(p_versions jsonb, p_applied integer[]) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  WITH applied AS (
    SELECT version, effective_from FROM holdfast.catalog_versions WHERE version <> ALL (p_applied)
    UNION ALL
    SELECT (value->>'version')::integer, (value->>'effectiveFrom')::timestamptz FROM jsonb_array_elements(p_versions)
    WHERE (value->>'version')::integer = ANY (p_applied)
  )
  SELECT holdfast.refusal(
    CASE WHEN earlier.effective_from = later.effective_from THEN 'CATALOG_DUPLICATE' ELSE 'INVALID_CATALOG' END,
    jsonb_build_object('version', later.version, 'effectiveFrom', holdfast.iso(later.effective_from),
      'earlier', jsonb_build_object('version', earlier.version, 'effectiveFrom', holdfast.iso(earlier.effective_from))))
  FROM applied AS later JOIN applied AS earlier
    ON earlier.version < later.version AND earlier.effective_from >= later.effective_from
  ORDER BY later.version, earlier.effective_from = later.effective_from DESC, earlier.version DESC LIMIT 1
$$;


--
-- Name: catalog_duration(text, text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.catalog_duration(p_field text, p_default text, p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT coalesce((
    SELECT document->>p_field FROM holdfast.catalog_versions WHERE effective_from <= p_at ORDER BY effective_from DESC LIMIT 1
  ), p_default)
$$;


--
-- Name: catalog_outlook(jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.catalog_outlook(p_versions jsonb) RETURNS jsonb
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT jsonb_build_object('now', holdfast.iso(holdfast.clock()), 'answer', holdfast.judge_catalog(p_versions),
    'versions', (SELECT coalesce(jsonb_agg(document ORDER BY version), '[]') FROM holdfast.catalog_versions))
$$;


--
-- Name: catalog_version(integer); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.catalog_version(p_version integer) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT document FROM holdfast.catalog_versions WHERE version = p_version
$$;


--
-- Name: change_plan(text, text, text, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.change_plan(p_account_id text, p_subscription_id text, p_key text, p_body jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_body    jsonb := p_body || jsonb_build_object('subscriptionId', p_subscription_id);
  v_now     timestamptz;
  v_refusal jsonb;
  s         holdfast.subscriptions;
  v_current holdfast.cycles;
  v_plan    jsonb;
  v_effect  text;
  v_granted jsonb;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = 'change_plan' AND key = p_key;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, v_body)); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  v_refusal := holdfast.not_live(s, v_account, v_now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  v_plan := holdfast.plan_on_sale(p_body->>'planId', v_now);
  IF v_plan IS NULL THEN RETURN holdfast.refusal('UNKNOWN_PLAN', jsonb_build_object('planId', p_body->'planId')); END IF;
  SELECT * INTO v_current FROM holdfast.cycles WHERE account_id = p_account_id AND subscription_id = p_subscription_id
    AND starts_at <= v_now ORDER BY cycle DESC LIMIT 1;
  IF v_now >= v_current.ends_at THEN
    RETURN holdfast.refusal('RENEWAL_DUE', jsonb_build_object('cycle', v_current.cycle + 1,
      'since', holdfast.iso(v_current.ends_at), 'validUntil', holdfast.iso(v_account.valid_until)));
  END IF;

  v_effect := holdfast.plan_change_effect(s, v_current, p_body->>'planId', v_plan, v_now);
  IF v_effect IN ('upgrade', 'longer-cycle') THEN
    IF p_body->>'paymentReference' IS NULL THEN
      RETURN holdfast.refusal('PAYMENT_REFERENCE_REQUIRED', jsonb_build_object('planId', p_body->'planId', 'effect', v_effect));
    END IF;
    v_refusal := holdfast.used_reference(p_account_id, p_body->>'paymentReference');
    IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  END IF;
  IF holdfast.over_limit(v_account, p_subscription_id, v_now, (v_plan->>'credits')::bigint) THEN
    RETURN holdfast.limit_exceeded(v_account);
  END IF;
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_granted := holdfast.grant_due(p_account_id, p_subscription_id, v_now) || CASE v_effect
    WHEN 'upgrade' THEN holdfast.upgrade_plan(v_current, p_body->>'planId', v_plan, p_body->>'paymentReference', v_now)
    WHEN 'longer-cycle' THEN holdfast.start_longer_cycle(s, p_body->>'planId', v_plan, p_body->>'paymentReference', v_now)
    ELSE holdfast.schedule_plan(s, CASE v_effect WHEN 'at-boundary' THEN p_body->>'planId' END) END;
  RETURN holdfast.subscription_answer(p_account_id, p_subscription_id, 'change_plan', p_key, v_body, v_now, jsonb_build_object(
    'granted', v_granted, 'effect', v_effect, 'paymentUsed', v_effect IN ('upgrade', 'longer-cycle')));
END $$;


--
-- Name: clock(); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.clock() RETURNS timestamp with time zone
    LANGUAGE sql
    AS $$
  SELECT date_trunc('milliseconds', coalesce((SELECT set_to FROM holdfast.test_clock), clock_timestamp()))
$$;


--
-- Name: close_purchase(text, text, text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.close_purchase(p_account_id text, p_purchase_id text, p_status text, p_reason text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account holdfast.accounts;
  v_now     timestamptz;
  v_was_open boolean;
  v_withdrawn boolean;
  p         holdfast.purchases;
BEGIN
  v_account := holdfast.lock_or_open_account(p_account_id);
  SELECT * INTO p FROM holdfast.purchases WHERE account_id = p_account_id AND purchase_id = p_purchase_id;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  IF p.purchase_id IS NULL THEN
    IF p_status <> 'voided' THEN
      RETURN holdfast.refusal('PURCHASE_NOT_FOUND', jsonb_build_object('purchaseId', p_purchase_id));
    END IF;
    INSERT INTO holdfast.purchases (account_id, purchase_id, status, opened_at, reason, resolved_at)
    VALUES (p_account_id, p_purchase_id, 'voided', v_now, p_reason, v_now) RETURNING * INTO p;
    RETURN holdfast.purchase_answer(p, v_now, false);
  END IF;
  IF p.status = p_status THEN RETURN holdfast.attended(p_account_id, holdfast.purchase_answer(p, v_now, true)); END IF;
  IF p.status <> 'open' AND NOT (p.status = 'returning' AND p_status = 'returned') THEN
    RETURN holdfast.refusal('PURCHASE_RESOLVED', jsonb_build_object('purchaseId', p_purchase_id, 'outcome', p.status,
      'reason', p.reason, 'paymentId', p.payment_id, 'grantId', p.grant_id::text));
  END IF;

  v_was_open := p.status = 'open';
  v_withdrawn := p_status = 'voided' AND v_was_open AND holdfast.is_withdrawn(p, v_now);
  UPDATE holdfast.purchases SET status = p_status, reason = coalesce(reason, p_reason), resolved_at = v_now, look_from = NULL
  WHERE account_id = p_account_id AND purchase_id = p_purchase_id RETURNING * INTO p;
  IF p.automatic AND NOT v_was_open THEN
    PERFORM holdfast.tell_top_up_failed(p, NULL, false, v_now);
  ELSIF p.automatic AND NOT v_withdrawn THEN
    PERFORM holdfast.top_up_declined(p, v_now);
  END IF;
  RETURN holdfast.attended(p_account_id, holdfast.purchase_answer(p, v_now, false));
END $$;


--
-- Name: close_term(text, text, text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.close_term(p_account_id text, p_subscription_id text, p_why text, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_before holdfast.accounts;
  v_after  holdfast.accounts;
BEGIN
  UPDATE holdfast.subscriptions SET status = 'closed', closed_why = p_why, closed_at = p_at
    WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  -- Ends of their own that had come before are not what this end takes away.
  PERFORM holdfast.book_ended_grants(p_account_id, p_at);
  SELECT * INTO v_before FROM holdfast.accounts WHERE account_id = p_account_id;
  UPDATE holdfast.accounts SET booked_term = term WHERE account_id = p_account_id;
  PERFORM holdfast.book_ended_grants(p_account_id, p_at);
  SELECT * INTO v_after FROM holdfast.accounts WHERE account_id = p_account_id;
  RETURN jsonb_build_object('expired', v_after.expired - v_before.expired, 'entries', v_after.version - v_before.version);
END $$;


--
-- Name: commit_reservation(text, text, bigint, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.commit_reservation(p_account_id text, p_request_id text, p_credits bigint, p_output_url text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account holdfast.accounts;
  v_now     timestamptz;
  r         holdfast.reservations;
  v_returned bigint[];
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  SELECT * INTO r FROM holdfast.reservations WHERE account_id = p_account_id AND request_id = p_request_id;
  IF NOT FOUND OR r.state = 'waiting' THEN
    RETURN holdfast.refusal('RESERVATION_NOT_FOUND', jsonb_build_object('requestId', p_request_id));
  END IF;
  IF r.state = 'released' THEN RETURN holdfast.already_resolved(r); END IF;
  IF r.state = 'committed' THEN
    IF r.charged = p_credits AND r.output_url IS NOT DISTINCT FROM p_output_url THEN
      RETURN holdfast.attended(p_account_id, jsonb_build_object('result', holdfast.request_record(r), 'replayed', true));
    END IF;
    RETURN holdfast.already_resolved(r);
  END IF;
  IF p_credits > r.credits THEN
    RETURN holdfast.refusal('COMMIT_EXCEEDS_RESERVATION', jsonb_build_object('credits', p_credits, 'reserved', r.credits));
  END IF;

  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT array_agg(least(t.credits, greatest(0, t.running - p_credits))::bigint ORDER BY t.position) INTO v_returned
    FROM (SELECT a.*, sum(a.credits) OVER (ORDER BY a.position) AS running
          FROM unnest(r.allocated_credits) WITH ORDINALITY AS a (credits, position)) AS t;
  PERFORM holdfast.post_entry(p_account_id, v_now, 'commit', r.allocated_grants, v_returned,
    holdfast.negated(r.allocated_credits), p_request_id, NULL, NULL, NULL, holdfast.day_of(r.reserved_at));
  UPDATE holdfast.reservations SET state = 'committed', charged = p_credits, resolved_at = v_now, expires_at = NULL,
    output_url = p_output_url
  WHERE account_id = p_account_id AND request_id = p_request_id RETURNING * INTO r;
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  -- Read again where it may be so: what has ended meanwhile is booked by now, and is not left.
  IF v_account.reserved = p_credits
    AND EXISTS (SELECT FROM holdfast.accounts WHERE account_id = p_account_id AND available = 0) THEN
    PERFORM holdfast.tell_ran_dry(p_account_id, 0, NULL, NULL, v_now);
  ELSIF NOT v_account.watched THEN
    RETURN jsonb_build_object('result', holdfast.request_record(r), 'replayed', false);
  END IF;
  RETURN holdfast.attended(p_account_id, jsonb_build_object('result', holdfast.request_record(r), 'replayed', false));
END $$;


--
-- Name: cycle_credits(text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.cycle_credits(p_account_id text) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
  SELECT holdfast.plan_credits(c.plan_id, c.length, c.starts_at)
  FROM holdfast.subscriptions AS s JOIN holdfast.cycles AS c
    ON c.account_id = s.account_id AND c.subscription_id = s.subscription_id AND c.cycle = s.granted_cycle
  WHERE s.account_id = p_account_id AND s.status = 'active'
$$;


--
-- Name: cycle_start(timestamp with time zone, integer, integer, text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.cycle_start(p_anchor timestamp with time zone, p_anchor_cycle integer, p_cycle_number integer, p_cycle text, p_time_zone text) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  v_steps  integer  := p_cycle_number - p_anchor_cycle;
  v_cycle  interval := p_cycle::interval;
  v_months integer  := extract(year FROM v_cycle) * 12 + extract(month FROM v_cycle);
  v_days   integer  := extract(day FROM v_cycle);
  v_calendar interval := make_interval(months => v_months * v_steps, days => v_days * v_steps);
  v_time   interval := v_cycle - make_interval(months => v_months, days => v_days);
BEGIN
  -- An anchor within the hour that autumn repeats would not survive the way to local time and back.
  IF v_calendar = interval '0' THEN RETURN p_anchor + v_time * v_steps; END IF;
  RETURN (p_anchor AT TIME ZONE p_time_zone + v_calendar) AT TIME ZONE p_time_zone + v_time * v_steps;
END $$;


--
-- Name: day_of(timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.day_of(p_at timestamp with time zone) RETURNS date
    LANGUAGE sql STABLE
    AS $$
  SELECT (p_at AT TIME ZONE 'UTC')::date
$$;


--
-- Name: deduct_credits(text, text, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.deduct_credits(p_account_id text, p_key text, p_body jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_now     timestamptz;
  v_credits bigint := (p_body->>'credits')::bigint;
  v_taken   record;
  v_version bigint;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN holdfast.insufficient_credits(v_credits, 0, 0); END IF;
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = 'deduct' AND key = p_key;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, p_body)); END IF;

  v_now := holdfast.ledger_now(v_account.last_entry_at);
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_taken := holdfast.allocate(v_account, v_now, v_credits);
  IF v_taken.grant_ids IS NULL THEN RETURN holdfast.insufficient_credits(v_credits, v_taken.available, 0); END IF;

  v_version := holdfast.post_entry(p_account_id, v_now, 'deduct', v_taken.grant_ids, holdfast.negated(v_taken.credits),
    array_fill(0::bigint, ARRAY[cardinality(v_taken.grant_ids)]), NULL, NULL, p_body->>'reason', p_body->>'by');
  IF v_taken.available = v_credits AND v_account.reserved = 0 THEN
    PERFORM holdfast.tell_ran_dry(p_account_id, 0, NULL, NULL, v_now);
  END IF;
  RETURN holdfast.attended(p_account_id, holdfast.remember(p_account_id, 'deduct', p_key, p_body, jsonb_build_object(
    'accountId', p_account_id, 'credits', v_credits, 'version', v_version, 'at', holdfast.iso(v_now))));
END $$;


--
-- Name: due_credits(holdfast.accounts, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.due_credits(a holdfast.accounts, p_at timestamp with time zone) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
  SELECT coalesce(sum(holdfast.plan_credits(c.plan_id, c.length, c.starts_at)), 0)::bigint
  FROM holdfast.subscriptions AS s JOIN holdfast.cycles AS c USING (account_id, subscription_id)
  WHERE s.account_id = a.account_id AND s.status = 'active' AND p_at < a.valid_until
    AND c.grant_id IS NULL AND c.starts_at <= p_at
$$;


--
-- Name: due_cycles(timestamp with time zone, timestamp with time zone, text, integer); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.due_cycles(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer) RETURNS SETOF jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT jsonb_build_object('at', holdfast.iso(c.starts_at), 'accountId', c.account_id, 'subscriptionId', c.subscription_id)
  FROM holdfast.cycles AS c
  WHERE c.grant_id IS NULL AND c.starts_at <= p_due_by
    AND c.cycle = (SELECT s.granted_cycle + 1 FROM holdfast.subscriptions AS s
      WHERE s.account_id = c.account_id AND s.subscription_id = c.subscription_id AND s.status = 'active')
    AND (c.starts_at, c.account_id) > (coalesce(p_after_at, '-infinity'), coalesce(p_after_account_id, ''))
  ORDER BY c.starts_at, c.account_id
  LIMIT p_limit
$$;


--
-- Name: due_expiries(timestamp with time zone, timestamp with time zone, text, integer); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.due_expiries(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer) RETURNS SETOF jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT jsonb_build_object('at', holdfast.iso(a.valid_until), 'accountId', a.account_id,
    'subscriptionId', s.subscription_id, 'term', s.term)
  FROM holdfast.accounts AS a, LATERAL (
    SELECT * FROM holdfast.subscriptions WHERE account_id = a.account_id AND status = 'active' LIMIT 1
  ) AS s
  WHERE a.booked_term < a.term AND a.valid_until <= p_due_by
    AND holdfast.add_duration(a.valid_until, s.settlement_window, s.time_zone) <= p_due_by
    AND (a.valid_until, a.account_id) > (coalesce(p_after_at, '-infinity'), coalesce(p_after_account_id, ''))
  ORDER BY a.valid_until, a.account_id
  LIMIT p_limit
$$;


--
-- Name: due_reservations(timestamp with time zone, text, text, timestamp with time zone, integer); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.due_reservations(p_after_expires_at timestamp with time zone, p_after_account_id text, p_after_request_id text, p_due_by timestamp with time zone, p_limit integer) RETURNS TABLE(account_id text, request_id text, expires_at timestamp with time zone, credits bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT r.account_id, r.request_id, r.expires_at, r.credits
  FROM holdfast.reservations AS r
  WHERE r.resolved_at IS NULL AND r.expires_at <= p_due_by
    AND (p_after_expires_at IS NULL
      OR (r.expires_at, r.account_id, r.request_id) > (p_after_expires_at, p_after_account_id, p_after_request_id))
  ORDER BY r.expires_at, r.account_id, r.request_id
  LIMIT p_limit
$$;


--
-- Name: effective_catalog(); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.effective_catalog() RETURNS jsonb
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  WITH clock AS MATERIALIZED (SELECT holdfast.clock() AS now)
  SELECT jsonb_build_object('catalogVersion', v.version::text, 'catalog', v.document, 'validUntil', (
    SELECT holdfast.iso(min(later.effective_from)) FROM holdfast.catalog_versions AS later
    WHERE later.effective_from > clock.now))
  FROM holdfast.catalog_versions AS v, clock
  WHERE v.effective_from <= clock.now ORDER BY v.effective_from DESC LIMIT 1
$$;


--
-- Name: effective_version(timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.effective_version(p_at timestamp with time zone) RETURNS integer
    LANGUAGE sql STABLE
    AS $$
  SELECT version FROM holdfast.catalog_versions WHERE effective_from <= p_at ORDER BY effective_from DESC LIMIT 1
$$;


--
-- Name: end_subscription_now(text, text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.end_subscription_now(p_account_id text, p_subscription_id text, p_key text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_body    jsonb := jsonb_build_object('subscriptionId', p_subscription_id);
  v_now     timestamptz;
  s         holdfast.subscriptions;
  v_granted jsonb;
  v_expired jsonb;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = 'end_now' AND key = p_key;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, v_body)); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  -- One that has lapsed can still be ended while its window is open: then nothing waits for a late payment any more.
  IF s.status IS DISTINCT FROM 'active' THEN RETURN holdfast.not_live(s, v_account, v_now); END IF;
  IF holdfast.over_limit(v_account, p_subscription_id, v_now, 0) THEN RETURN holdfast.limit_exceeded(v_account); END IF;

  v_granted := holdfast.grant_due(p_account_id, p_subscription_id, v_now);
  PERFORM holdfast.set_term(p_account_id, s.term, least(v_account.valid_until, v_now), v_now);
  v_expired := holdfast.close_term(p_account_id, p_subscription_id, 'ended-now', v_now);
  RETURN holdfast.subscription_answer(p_account_id, p_subscription_id, 'end_now', p_key, v_body, v_now,
    v_expired || jsonb_build_object('granted', v_granted));
END $$;


--
-- Name: end_ticket(holdfast.reservations, text, bigint, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.end_ticket(r holdfast.reservations, p_reason text, p_waits_for bigint, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE holdfast.accounts SET waited_for = waited_for - r.waits_for WHERE account_id = r.account_id;
  UPDATE holdfast.reservations SET state = 'released', resolved_at = p_at, expires_at = NULL, woken_at = NULL, reason = p_reason,
    waits_for = p_waits_for
  WHERE account_id = r.account_id AND request_id = r.request_id RETURNING * INTO r;
  DELETE FROM holdfast.outbox WHERE account_id = r.account_id AND kind = 'wake' AND subject = r.request_id;
  RETURN jsonb_build_object('result', holdfast.request_record(r), 'replayed', false);
END $$;


--
-- Name: ended_grants(timestamp with time zone, timestamp with time zone, text, integer); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.ended_grants(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer) RETURNS SETOF jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT jsonb_build_object('at', holdfast.iso(g.ends_at), 'accountId', g.account_id)
  FROM holdfast.grants AS g
  WHERE g.has_remainder AND g.ends_at IS NOT NULL AND g.ends_at <= p_due_by
    AND (g.ends_at, g.account_id) > (coalesce(p_after_at, '-infinity'), coalesce(p_after_account_id, ''))
    AND NOT EXISTS (SELECT FROM holdfast.grants AS earlier WHERE earlier.account_id = g.account_id AND earlier.has_remainder
      AND (earlier.ends_at, earlier.grant_id) < (g.ends_at, g.grant_id))
  ORDER BY g.ends_at, g.account_id
  LIMIT p_limit
$$;


--
-- Name: expect_end(text, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.expect_end(p_account_id text, p_ends_at timestamp with time zone, p_at timestamp with time zone) RETURNS void
    LANGUAGE sql
    AS $$
  SELECT holdfast.look_by(p_account_id, holdfast.next_warning(p_ends_at, p_at))
$$;


--
-- Name: expire_grants(text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.expire_grants(p_account_id text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_before holdfast.accounts;
  v_after  holdfast.accounts;
BEGIN
  SELECT * INTO v_before FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF FOUND THEN
    PERFORM holdfast.book_ended_grants(p_account_id, holdfast.ledger_now(v_before.last_entry_at));
    SELECT * INTO v_after FROM holdfast.accounts WHERE account_id = p_account_id;
  END IF;
  RETURN holdfast.attended(p_account_id, jsonb_build_object('result', jsonb_build_object('accountId', p_account_id,
    'expired', coalesce(v_after.expired - v_before.expired, 0),
    'entries', coalesce(v_after.version - v_before.version, 0))));
END $$;


--
-- Name: expire_term(text, text, integer); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.expire_term(p_account_id text, p_subscription_id text, p_term integer) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_name    text  := 'expiry:' || p_subscription_id || ':' || p_term;
  v_body    jsonb := jsonb_build_object('subscriptionId', p_subscription_id, 'term', p_term);
  v_now     timestamptz;
  v_until   timestamptz;
  s         holdfast.subscriptions;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = 'expire_term' AND key = v_name;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, v_body)); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  IF NOT FOUND THEN RETURN holdfast.refusal('SUBSCRIPTION_NOT_FOUND'); END IF;
  IF s.term <> p_term OR s.status = 'closed' THEN
    RETURN jsonb_build_object('replayed', false, 'result', jsonb_build_object('status', 'closed', 'term', p_term, 'expired', 0, 'entries', 0));
  END IF;
  v_until := holdfast.add_duration(v_account.valid_until, s.settlement_window, s.time_zone);
  IF v_now < v_until THEN
    RETURN jsonb_build_object('replayed', false, 'result', jsonb_build_object('status', 'waiting', 'term', p_term,
      'at', holdfast.iso(v_now), 'validUntil', holdfast.iso(v_account.valid_until), 'waitUntil', holdfast.iso(v_until)));
  END IF;
  IF holdfast.over_limit(v_account, p_subscription_id, v_now, 0) THEN RETURN holdfast.limit_exceeded(v_account); END IF;
  PERFORM holdfast.grant_due(p_account_id, p_subscription_id, v_now);
  RETURN holdfast.attended(p_account_id, holdfast.remember(p_account_id, 'expire_term', v_name, v_body,
    jsonb_build_object('status', 'booked', 'term', p_term)
    || holdfast.close_term(p_account_id, p_subscription_id, 'lapsed', v_now)));
END $$;


--
-- Name: extend_hold(text, text, bigint); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.extend_hold(p_account_id text, p_request_id text, p_hold_ms bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  UPDATE holdfast.reservations
  SET expires_at = holdfast.clock() + p_hold_ms * interval '1 millisecond', missing_passes = 0, missing_pass_id = NULL
  WHERE account_id = p_account_id AND request_id = p_request_id AND resolved_at IS NULL
$$;


--
-- Name: grant_counts(timestamp with time zone, integer, integer, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.grant_counts(p_ends_at timestamp with time zone, p_term integer, p_account_term integer, p_valid_until timestamp with time zone, p_at timestamp with time zone) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT CASE WHEN p_term IS NULL THEN p_at < p_ends_at
              ELSE p_term = p_account_term AND coalesce(p_at < p_valid_until, false) END
$$;


--
-- Name: grant_credits(text, text, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.grant_credits(p_account_id text, p_key text, p_body jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_now     timestamptz;
  v_credits bigint      := (p_body->>'credits')::bigint;
  v_source  text        := p_body->>'source';
  v_ends_at timestamptz := date_trunc('milliseconds', (p_body->>'expiresAt')::timestamptz);
  v_term    integer;
  v_grant_id bigint;
  v_result  jsonb;
BEGIN
  v_account := holdfast.lock_or_open_account(p_account_id);
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = 'grant' AND key = p_key;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, p_body)); END IF;

  v_now := holdfast.ledger_now(v_account.last_entry_at);
  IF v_source NOT IN ('promotion', 'adjustment') THEN
    RETURN holdfast.refusal('INVALID_ARGUMENT', jsonb_build_object('source', v_source));
  END IF;
  IF v_ends_at IS NULL THEN
    IF v_source = 'promotion' THEN RETURN holdfast.refusal('EXPIRY_REQUIRED'); END IF;
    IF v_account.valid_until IS NULL OR v_account.valid_until <= v_now THEN
      RETURN holdfast.refusal('SUBSCRIPTION_REQUIRED');
    END IF;
    v_term := v_account.term;
  ELSIF v_ends_at <= v_now THEN
    RETURN holdfast.refusal('EXPIRY_IN_PAST', jsonb_build_object('expiresAt', holdfast.iso(v_ends_at), 'now', holdfast.iso(v_now)));
  END IF;
  IF v_account.granted > 9007199254740991 - v_credits THEN
    RETURN holdfast.refusal('BALANCE_LIMIT_EXCEEDED', jsonb_build_object('granted', v_account.granted));
  END IF;

  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  SELECT version + 1 INTO v_grant_id FROM holdfast.accounts WHERE account_id = p_account_id;
  INSERT INTO holdfast.grants VALUES (
    p_account_id, v_grant_id, v_source,
    CASE v_source WHEN 'promotion' THEN 10 ELSE 20 END,
    v_credits, v_credits, coalesce((p_body->>'costCents')::bigint, 0), coalesce(p_body->>'currency', 'USD'),
    v_now, v_ends_at, v_term
  );
  PERFORM holdfast.post_entry(p_account_id, v_now, 'grant', ARRAY[v_grant_id], ARRAY[v_credits], ARRAY[0::bigint],
    NULL, v_grant_id, p_body->>'reason', p_body->>'by');
  PERFORM holdfast.expect_end(p_account_id, v_ends_at, v_now);

  v_result := jsonb_build_object('grantId', v_grant_id::text, 'accountId', p_account_id, 'source', v_source,
    'credits', v_credits, 'expiresAt', holdfast.iso(coalesce(v_ends_at, v_account.valid_until)),
    'grantedAt', holdfast.iso(v_now));
  RETURN holdfast.attended(p_account_id, holdfast.remember(p_account_id, 'grant', p_key, p_body, v_result));
END $$;


--
-- Name: grant_cycles(text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.grant_cycles(p_account_id text, p_subscription_id text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account holdfast.accounts;
  s         holdfast.subscriptions;
  v_now     timestamptz;
  v_granted jsonb := '[]';
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  IF NOT FOUND THEN RETURN holdfast.refusal('SUBSCRIPTION_NOT_FOUND'); END IF;
  -- A closed one has been granted what was due when it was closed; after an end at once the rest never begins.
  IF s.status = 'active' THEN
    IF holdfast.over_limit(v_account, p_subscription_id, v_now, 0) THEN RETURN holdfast.limit_exceeded(v_account); END IF;
    PERFORM holdfast.book_ended_grants(p_account_id, v_now);
    v_granted := holdfast.grant_due(p_account_id, p_subscription_id, v_now);
    SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  END IF;
  RETURN holdfast.attended(p_account_id, jsonb_build_object('replayed', v_granted = '[]', 'result', jsonb_build_object(
    'subscription', holdfast.subscription_record(s, v_now), 'granted', v_granted)));
END $$;


--
-- Name: grant_due(text, text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.grant_due(p_account_id text, p_subscription_id text, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql
    AS $$
DECLARE
  c       holdfast.cycles;
  v_grant jsonb;
  v_granted jsonb := '[]';
BEGIN
  FOR c IN
    SELECT * FROM holdfast.cycles WHERE account_id = p_account_id AND subscription_id = p_subscription_id
      AND grant_id IS NULL AND starts_at <= p_at ORDER BY cycle
  LOOP
    v_grant := holdfast.grant_for_cycle(p_account_id, 'cycle:' || p_subscription_id || ':' || c.cycle, c,
      holdfast.plan_credits(c.plan_id, c.length, c.starts_at), p_at);
    UPDATE holdfast.cycles SET grant_id = (v_grant->>'grantId')::bigint
      WHERE account_id = p_account_id AND subscription_id = p_subscription_id AND cycle = c.cycle;
    UPDATE holdfast.subscriptions SET granted_cycle = c.cycle
      WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
    v_granted := v_granted || v_grant;
  END LOOP;
  RETURN v_granted;
END $$;


--
-- Name: cycles; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.cycles (
    account_id text NOT NULL,
    subscription_id text NOT NULL,
    cycle integer NOT NULL,
    term integer NOT NULL,
    plan_id text NOT NULL,
    length text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    grant_id bigint,
    CONSTRAINT cycles_end_after_start CHECK ((starts_at <= ends_at)),
    CONSTRAINT cycles_number_positive CHECK ((cycle > 0))
)
WITH (fillfactor='60');


--
-- Name: grant_for_cycle(text, text, holdfast.cycles, bigint, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.grant_for_cycle(p_account_id text, p_key text, c holdfast.cycles, p_credits bigint, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_grant_id bigint;
  v_result   jsonb;
BEGIN
  SELECT version + 1 INTO v_grant_id FROM holdfast.accounts WHERE account_id = p_account_id;
  INSERT INTO holdfast.grants (account_id, grant_id, source, priority, credits, remaining, cost_cents, currency, granted_at,
    term, subscription_id, cycle)
  VALUES (p_account_id, v_grant_id, 'plan', 20, p_credits, p_credits, 0, 'USD', p_at, c.term, c.subscription_id, c.cycle);
  PERFORM holdfast.post_entry(p_account_id, p_at, 'grant', ARRAY[v_grant_id], ARRAY[p_credits], ARRAY[0::bigint],
    NULL, v_grant_id, c.plan_id || ', cycle ' || c.cycle, NULL);
  v_result := jsonb_build_object('cycle', c.cycle, 'planId', c.plan_id, 'credits', p_credits, 'grantId', v_grant_id::text);
  PERFORM holdfast.remember(p_account_id, 'grant', p_key,
    jsonb_build_object('subscriptionId', c.subscription_id, 'cycle', c.cycle), v_result);
  RETURN v_result;
END $$;


--
-- Name: grant_origin(text, bigint); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.grant_origin(p_account_id text, p_grant_id bigint) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object('source', g.source, 'packId', p.pack_id, 'purchaseId', p.purchase_id,
    'planId', (
      SELECT k.result->>'planId' FROM holdfast.idempotency_keys AS k
      WHERE k.account_id = g.account_id AND k.operation = 'grant' AND k.result->>'grantId' = g.grant_id::text
        AND k.key IN (
          SELECT 'cycle:' || g.subscription_id || ':' || g.cycle
          UNION ALL SELECT 'upgrade:' || reference FROM holdfast.payments
          WHERE (account_id, subscription_id, cycle, pays) = (g.account_id, g.subscription_id, g.cycle, 'upgrade'))),
    'cycle', g.cycle, 'cycleStart', holdfast.iso(c.starts_at), 'cycleEnd', holdfast.iso(c.ends_at)))
  FROM holdfast.grants AS g
  LEFT JOIN holdfast.purchases AS p ON p.account_id = g.account_id AND p.grant_id = g.grant_id
  LEFT JOIN holdfast.cycles AS c
    ON c.account_id = g.account_id AND c.subscription_id = g.subscription_id AND c.cycle = g.cycle
  WHERE g.account_id = p_account_id AND g.grant_id = p_grant_id
$$;


--
-- Name: purchases; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.purchases (
    account_id text NOT NULL,
    purchase_id text NOT NULL,
    body jsonb,
    pack_id text,
    credits bigint DEFAULT 0 NOT NULL,
    price_cents bigint DEFAULT 0 NOT NULL,
    currency text,
    catalog_version integer,
    status text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    payment_id text,
    reason text,
    grant_id bigint,
    resolved_at timestamp with time zone,
    look_from timestamp with time zone,
    automatic boolean DEFAULT false NOT NULL,
    CONSTRAINT purchases_credits_not_negative CHECK ((credits >= 0)),
    CONSTRAINT purchases_currency_is_iso_4217 CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT purchases_granted_has_grant CHECK (((status = 'granted'::text) = (grant_id IS NOT NULL))),
    CONSTRAINT purchases_id_valid CHECK ((purchase_id ~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$'::text)),
    CONSTRAINT purchases_paid_has_payment CHECK (
CASE
    WHEN (status = ANY (ARRAY['granted'::text, 'returning'::text])) THEN (payment_id IS NOT NULL)
    ELSE ((status = 'returned'::text) OR (payment_id IS NULL))
END),
    CONSTRAINT purchases_price_not_negative CHECK ((price_cents >= 0)),
    CONSTRAINT purchases_reason_says_why_not CHECK (((reason IS NULL) = (status = ANY (ARRAY['open'::text, 'granted'::text])))),
    CONSTRAINT purchases_resolved_has_time CHECK (((resolved_at IS NULL) = (status = ANY (ARRAY['open'::text, 'returning'::text])))),
    CONSTRAINT purchases_status_known CHECK ((status = ANY (ARRAY['open'::text, 'granted'::text, 'declined'::text, 'voided'::text, 'returning'::text, 'returned'::text]))),
    CONSTRAINT purchases_tombstone_buys_nothing CHECK (
CASE
    WHEN (body IS NULL) THEN ((status = ANY (ARRAY['voided'::text, 'returning'::text, 'returned'::text])) AND (credits = 0) AND (price_cents = 0) AND (num_nonnulls(pack_id, currency, catalog_version) = 0))
    ELSE ((credits > 0) AND (num_nulls(pack_id, currency, catalog_version) = 0))
END),
    CONSTRAINT purchases_unfinished_is_looked_after CHECK (((look_from IS NULL) = (resolved_at IS NOT NULL)))
)
WITH (fillfactor='60');


--
-- Name: grant_pack(holdfast.purchases, integer, text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.grant_pack(p holdfast.purchases, p_term integer, p_payment_id text, p_at timestamp with time zone) RETURNS holdfast.purchases
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_grant_id bigint;
BEGIN
  PERFORM holdfast.book_ended_grants(p.account_id, p_at);
  SELECT version + 1 INTO v_grant_id FROM holdfast.accounts WHERE account_id = p.account_id;
  INSERT INTO holdfast.grants (account_id, grant_id, source, priority, credits, remaining, cost_cents, currency, granted_at, term)
  VALUES (p.account_id, v_grant_id, 'pack', 30, p.credits, p.credits, p.price_cents, p.currency, p_at, p_term);
  PERFORM holdfast.post_entry(p.account_id, p_at, 'grant', ARRAY[v_grant_id], ARRAY[p.credits], ARRAY[0::bigint],
    NULL, v_grant_id, p.pack_id || ', purchase ' || p.purchase_id, NULL);
  PERFORM holdfast.remember(p.account_id, 'grant', 'purchase:' || p.purchase_id,
    jsonb_build_object('purchaseId', p.purchase_id),
    jsonb_build_object('packId', p.pack_id, 'credits', p.credits, 'grantId', v_grant_id::text));
  UPDATE holdfast.purchases SET status = 'granted', payment_id = p_payment_id, grant_id = v_grant_id, resolved_at = p_at,
    look_from = NULL
  WHERE account_id = p.account_id AND purchase_id = p.purchase_id RETURNING * INTO p;
  IF p.automatic THEN
    UPDATE holdfast.account_settings SET top_up_failures = 0, top_up_retry_at = NULL WHERE account_id = p.account_id;
  END IF;
  RETURN p;
END $$;


--
-- Name: held_up(holdfast.accounts, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.held_up(a holdfast.accounts, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  v_obstacle jsonb;
BEGIN
  SELECT holdfast.admission_obstacle(a, a.account_id, r.body->>'kind', r.waits_for, p_at)->'refusal' INTO v_obstacle
    FROM holdfast.reservations AS r WHERE r.account_id = a.account_id AND r.state = 'waiting' ORDER BY r.ticket LIMIT 1;
  RETURN CASE WHEN v_obstacle IS NULL THEN '{}' ELSE jsonb_build_object('heldUp', v_obstacle) END;
END $$;


--
-- Name: insufficient_credits(bigint, bigint, bigint); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.insufficient_credits(p_required bigint, p_available bigint, p_waited_for bigint) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT holdfast.refusal('INSUFFICIENT_CREDITS', jsonb_build_object(
    'required', p_required, 'available', p_available, 'shortfall', p_required + p_waited_for - p_available)
    || CASE WHEN p_waited_for > 0 THEN jsonb_build_object('waitedFor', p_waited_for) ELSE '{}' END)
$$;


--
-- Name: is_live(timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.is_live(p_valid_until timestamp with time zone, p_last_entry_at timestamp with time zone) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT holdfast.ledger_now(p_last_entry_at) < p_valid_until
$$;


--
-- Name: account_settings; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.account_settings (
    account_id text NOT NULL,
    daily_credits_max bigint,
    generation_credits_max bigint,
    concurrent_generations_max bigint,
    top_up_pack_id text,
    top_up_below bigint,
    top_up_cap_cents bigint,
    top_up_payment_method text,
    top_up_failures integer DEFAULT 0 NOT NULL,
    top_up_retry_at timestamp with time zone,
    top_up_stopped_why text,
    last_top_up integer DEFAULT 0 NOT NULL,
    top_up_price_cents bigint,
    top_up_currency text,
    CONSTRAINT account_settings_limits_not_negative CHECK ((LEAST(daily_credits_max, generation_credits_max, concurrent_generations_max) >= 0)),
    CONSTRAINT account_settings_top_up_complete CHECK ((num_nulls(top_up_pack_id, top_up_below, top_up_cap_cents) = ANY (ARRAY[0, 3]))),
    CONSTRAINT account_settings_top_up_positive CHECK (((top_up_below > 0) AND (top_up_cap_cents > 0)))
);


--
-- Name: is_price_changed(holdfast.account_settings, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.is_price_changed(s holdfast.account_settings, p_pack jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT coalesce((p_pack->>'priceCents')::bigint > s.top_up_price_cents OR p_pack->>'currency' <> s.top_up_currency, false)
$$;


--
-- Name: is_time_zone(text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.is_time_zone(p_name text) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  SELECT p_name = 'UTC' OR (p_name !~ '^(posix|right)/' AND p_name NOT IN ('localtime', 'posixrules', 'Factory')
    AND EXISTS (SELECT FROM pg_catalog.pg_timezone_names WHERE name = p_name))
$$;


--
-- Name: is_withdrawn(holdfast.purchases, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.is_withdrawn(p holdfast.purchases, p_at timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  a holdfast.accounts;
  s holdfast.account_settings;
BEGIN
  IF NOT p.automatic THEN RETURN false; END IF;
  SELECT * INTO a FROM holdfast.accounts WHERE account_id = p.account_id;
  SELECT * INTO s FROM holdfast.account_settings WHERE account_id = p.account_id;
  RETURN (s.top_up_pack_id, s.top_up_payment_method, coalesce(s.top_up_currency, p.currency))
      IS DISTINCT FROM (p.pack_id, p.body->>'paymentMethod', p.currency)
    OR holdfast.topped_up_this_month(p.account_id, p_at) > s.top_up_cap_cents
    OR coalesce(holdfast.unasked_obstacle(a, p_at), holdfast.pack_obstacle(a, p.credits, p_at)) IS NOT NULL;
END $$;


--
-- Name: iso(timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.iso(p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;


--
-- Name: judge_catalog(jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.judge_catalog(p_versions jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_now      timestamptz := holdfast.clock();
  v_document jsonb;
  -- Wide enough for any number that a file may state; the next one is always an integer.
  v_version  bigint;
  v_existing holdfast.catalog_versions;
  v_last     integer;
  v_was_empty boolean;
  v_seen     bigint[] := '{}';
  v_applied  integer[] := '{}';
BEGIN
  SELECT coalesce(max(version), 0), count(*) = 0 INTO v_last, v_was_empty FROM holdfast.catalog_versions;
  FOR v_document IN SELECT value FROM jsonb_array_elements(p_versions) LOOP
    v_version := (v_document->>'version')::bigint;
    IF v_version = ANY (v_seen) THEN
      RETURN holdfast.refusal('CATALOG_DUPLICATE', jsonb_build_object('version', v_version));
    END IF;
    v_seen := v_seen || v_version;
    SELECT * INTO v_existing FROM holdfast.catalog_versions WHERE version = v_version;
    IF FOUND THEN
      CONTINUE WHEN v_existing.document = v_document;
      -- A worker may read the old text until the change is seen, so the last seconds before the effect count as effective.
      IF v_existing.effective_from <= v_now + interval '5 seconds' THEN
        RETURN holdfast.refusal('CATALOG_VERSION_EFFECTIVE', jsonb_build_object('version', v_version));
      END IF;
    ELSE
      IF v_version <> v_last + 1 THEN
        RETURN holdfast.refusal('CATALOG_VERSION_GAP', jsonb_build_object('version', v_version, 'expected', v_last + 1));
      END IF;
      v_last := v_version;
    END IF;
    IF (v_document->>'effectiveFrom')::timestamptz <= v_now AND NOT v_was_empty THEN
      RETURN holdfast.refusal('CATALOG_EFFECTIVE_IN_PAST', jsonb_build_object('version', v_version, 'now', holdfast.iso(v_now)));
    END IF;
    v_applied := v_applied || v_version::integer;
  END LOOP;
  RETURN coalesce(holdfast.catalog_disorder(p_versions, v_applied),
    jsonb_build_object('result', jsonb_build_object('applied', to_jsonb(v_applied))));
END $$;


--
-- Name: known_request(text, text, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.known_request(p_account_id text, p_request_id text, p_body jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_reservation holdfast.reservations;
BEGIN
  SELECT * INTO v_reservation FROM holdfast.reservations WHERE account_id = p_account_id AND request_id = p_request_id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF v_reservation.body IS NOT NULL AND v_reservation.body <> p_body THEN
    RETURN holdfast.refusal('IDEMPOTENCY_CONFLICT', jsonb_build_object('requestId', p_request_id));
  END IF;
  RETURN jsonb_build_object('result', holdfast.request_record(v_reservation), 'replayed', true);
END $$;


--
-- Name: known_setting(text, text, text, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.known_setting(p_account_id text, p_operation text, p_key text, p_body jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_key holdfast.idempotency_keys;
BEGIN
  PERFORM holdfast.lock_or_open_account(p_account_id);
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = p_operation AND key = p_key;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, p_body)); END IF;
  RETURN NULL;
END $$;


--
-- Name: ledger_now(timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.ledger_now(p_last_entry_at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql
    AS $$
  SELECT greatest(holdfast.clock(), p_last_entry_at)
$$;


--
-- Name: limit_exceeded(holdfast.accounts); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.limit_exceeded(p_account holdfast.accounts) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT holdfast.refusal('BALANCE_LIMIT_EXCEEDED', jsonb_build_object('granted', p_account.granted))
$$;


--
-- Name: lock_or_open_account(text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.lock_or_open_account(p_account_id text) RETURNS holdfast.accounts
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_account holdfast.accounts;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    INSERT INTO holdfast.accounts (account_id) VALUES (p_account_id) ON CONFLICT DO NOTHING;
    SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  END IF;
  RETURN v_account;
END $$;


--
-- Name: look_by(text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.look_by(p_account_id text, p_by timestamp with time zone) RETURNS void
    LANGUAGE sql
    AS $$
  UPDATE holdfast.accounts SET next_notice_at = least(next_notice_at, p_by)
  WHERE account_id = p_account_id AND next_notice_at IS DISTINCT FROM least(next_notice_at, p_by)
$$;


--
-- Name: negated(bigint[]); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.negated(p_values bigint[]) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT array_agg(-value ORDER BY position) FROM unnest(p_values) WITH ORDINALITY AS v (value, position)
$$;


--
-- Name: subscriptions; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.subscriptions (
    account_id text NOT NULL,
    subscription_id text NOT NULL,
    term integer NOT NULL,
    plan_id text NOT NULL,
    scheduled_plan_id text,
    time_zone text NOT NULL,
    anchor timestamp with time zone NOT NULL,
    anchor_cycle integer NOT NULL,
    cycle text NOT NULL,
    paid_cycle integer NOT NULL,
    granted_cycle integer NOT NULL,
    grace text NOT NULL,
    settlement_window text NOT NULL,
    cancel_at_period_end boolean DEFAULT false NOT NULL,
    status text NOT NULL,
    closed_why text,
    closed_at timestamp with time zone,
    look_from timestamp with time zone NOT NULL,
    CONSTRAINT subscriptions_closed_has_why CHECK ((((status = 'closed'::text) = (closed_why IS NOT NULL)) AND ((status = 'closed'::text) = (closed_at IS NOT NULL)) AND ((closed_why IS NULL) OR (closed_why = ANY (ARRAY['lapsed'::text, 'ended-now'::text, 'superseded'::text]))))),
    CONSTRAINT subscriptions_cycle_positive CHECK (((cycle)::interval > '00:00:00'::interval)),
    CONSTRAINT subscriptions_cycles_in_order CHECK (((0 <= granted_cycle) AND (granted_cycle <= paid_cycle) AND (1 <= anchor_cycle) AND (anchor_cycle <= (paid_cycle + 1)))),
    CONSTRAINT subscriptions_id_valid CHECK ((subscription_id ~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$'::text)),
    CONSTRAINT subscriptions_status_known CHECK ((status = ANY (ARRAY['active'::text, 'closed'::text]))),
    CONSTRAINT subscriptions_term_positive CHECK ((term > 0)),
    CONSTRAINT subscriptions_waits_not_negative CHECK ((((grace)::interval >= '00:00:00'::interval) AND ((settlement_window)::interval >= '00:00:00'::interval)))
)
WITH (fillfactor='60');


--
-- Name: next_length(holdfast.subscriptions, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.next_length(s holdfast.subscriptions, p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT coalesce(holdfast.plan_length(s.scheduled_plan_id, p_at), s.cycle)
$$;


--
-- Name: next_notice(text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.next_notice(p_account_id text) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT holdfast.notice_record(n) FROM holdfast.notices AS n
  WHERE n.account_id = p_account_id AND n.status = 'pending' ORDER BY n.notice_id LIMIT 1
$$;


--
-- Name: next_warning(timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.next_warning(p_ends_at timestamp with time zone, p_at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT CASE WHEN p_ends_at - interval '168 hours' > p_at THEN p_ends_at - interval '168 hours'
              WHEN p_ends_at - interval '24 hours' > p_at THEN p_ends_at - interval '24 hours' END
$$;


--
-- Name: not_live(holdfast.subscriptions, holdfast.accounts, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.not_live(s holdfast.subscriptions, p_account holdfast.accounts, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT CASE
    WHEN s.subscription_id IS NULL THEN holdfast.refusal('SUBSCRIPTION_NOT_FOUND')
    WHEN s.closed_why = 'ended-now' THEN
      holdfast.refusal('SUBSCRIPTION_ENDED', jsonb_build_object('subscriptionId', s.subscription_id, 'endedAt', holdfast.iso(s.closed_at)))
    WHEN s.status = 'closed' OR p_at >= p_account.valid_until THEN
      holdfast.refusal('SUBSCRIPTION_LAPSED', jsonb_build_object('subscriptionId', s.subscription_id, 'lapsedAt', (
        SELECT holdfast.iso(valid_until) FROM holdfast.terms
        WHERE account_id = s.account_id AND term = s.term ORDER BY change DESC LIMIT 1)))
  END
$$;


--
-- Name: note_missing(text, text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.note_missing(p_account_id text, p_request_id text, p_pass_id text) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  UPDATE holdfast.reservations
  SET missing_passes = missing_passes + (missing_pass_id IS DISTINCT FROM p_pass_id)::integer, missing_pass_id = p_pass_id
  WHERE account_id = p_account_id AND request_id = p_request_id AND resolved_at IS NULL
  RETURNING missing_passes::integer
$$;


--
-- Name: notices; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.notices (
    account_id text NOT NULL,
    notice_id bigint NOT NULL,
    type text NOT NULL,
    data jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    subject text,
    status text DEFAULT 'pending'::text NOT NULL,
    settled_at timestamp with time zone,
    reason text,
    look_from timestamp with time zone NOT NULL,
    CONSTRAINT notices_failed_has_reason CHECK (((status = 'failed'::text) = (reason IS NOT NULL))),
    CONSTRAINT notices_settled_has_time CHECK (((status = 'pending'::text) = (settled_at IS NULL))),
    CONSTRAINT notices_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])))
);


--
-- Name: notice_record(holdfast.notices); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.notice_record(n holdfast.notices) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT jsonb_build_object('accountId', n.account_id, 'noticeId', n.notice_id, 'at', holdfast.iso(n.at), 'type', n.type, 'data', n.data)
$$;


--
-- Name: open_purchase(text, text, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.open_purchase(p_account_id text, p_purchase_id text, p_body jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account holdfast.accounts;
  v_now     timestamptz;
  v_catalog holdfast.catalog_versions;
  v_pack    jsonb;
  v_obstacle text;
  p         holdfast.purchases;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  SELECT * INTO p FROM holdfast.purchases WHERE account_id = p_account_id AND purchase_id = p_purchase_id;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  IF p.body <> p_body THEN
    RETURN holdfast.refusal('IDEMPOTENCY_CONFLICT', jsonb_build_object('purchaseId', p_purchase_id));
  END IF;
  IF p.purchase_id IS NOT NULL THEN RETURN holdfast.purchase_answer(p, v_now, true); END IF;

  SELECT * INTO v_catalog FROM holdfast.catalog_versions
    WHERE effective_from <= v_now ORDER BY effective_from DESC LIMIT 1;
  v_pack := v_catalog.document->'packs'->(p_body->>'packId');
  IF v_pack IS NULL THEN RETURN holdfast.refusal('UNKNOWN_PACK', jsonb_build_object('packId', p_body->'packId')); END IF;
  v_obstacle := holdfast.pack_obstacle(v_account, (v_pack->>'credits')::bigint, v_now);
  IF v_obstacle = 'SUBSCRIPTION_REQUIRED' THEN
    RETURN holdfast.refusal(v_obstacle, jsonb_build_object('packId', p_body->'packId'));
  END IF;
  IF v_obstacle = 'BALANCE_LIMIT_EXCEEDED' THEN RETURN holdfast.limit_exceeded(v_account); END IF;
  IF p_body->'shownPriceCents' IS DISTINCT FROM v_pack->'priceCents' OR p_body->'currency' <> v_pack->'currency' THEN
    RETURN holdfast.refusal('PRICE_CHANGED', jsonb_strip_nulls(jsonb_build_object('packId', p_body->'packId',
      'shownPriceCents', p_body->'shownPriceCents', 'shownCurrency', p_body->'currency',
      'priceCents', v_pack->'priceCents', 'currency', v_pack->'currency')));
  END IF;

  INSERT INTO holdfast.purchases (account_id, purchase_id, body, pack_id, credits, price_cents, currency, catalog_version,
    status, opened_at, look_from)
  VALUES (p_account_id, p_purchase_id, p_body, p_body->>'packId', (v_pack->>'credits')::bigint,
    (v_pack->>'priceCents')::bigint, v_pack->>'currency', v_catalog.version, 'open', v_now, v_now + interval '2 minutes')
  RETURNING * INTO p;
  RETURN holdfast.purchase_answer(p, v_now, false);
END $$;


--
-- Name: open_requests(text, integer); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.open_requests(p_account_id text, p_limit integer) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce(jsonb_agg(holdfast.request_record(r)
    ORDER BY r.state, CASE r.state WHEN 'waiting' THEN r.ticket END, r.reserved_at, r.request_id), '[]')
  FROM (
    SELECT * FROM holdfast.reservations
    WHERE account_id = p_account_id AND resolved_at IS NULL
    ORDER BY state, CASE state WHEN 'waiting' THEN ticket END, reserved_at, request_id LIMIT p_limit
  ) AS r
$$;


--
-- Name: open_settings(text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.open_settings(p_account_id text) RETURNS void
    LANGUAGE sql
    AS $$
  UPDATE holdfast.accounts SET watched = true WHERE account_id = p_account_id;
  INSERT INTO holdfast.account_settings (account_id) VALUES (p_account_id) ON CONFLICT DO NOTHING;
$$;


--
-- Name: open_top_up(holdfast.account_settings, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.open_top_up(s holdfast.account_settings, p_at timestamp with time zone) RETURNS holdfast.purchases
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_pack   jsonb := holdfast.pack_on_sale(s.top_up_pack_id, p_at);
  v_number integer := s.last_top_up;
  p        holdfast.purchases;
BEGIN
  LOOP
    v_number := v_number + 1;
    EXIT WHEN NOT EXISTS (SELECT FROM holdfast.purchases WHERE account_id = s.account_id AND purchase_id = 'top-up-' || v_number);
  END LOOP;
  UPDATE holdfast.account_settings SET last_top_up = v_number WHERE account_id = s.account_id;
  INSERT INTO holdfast.purchases (account_id, purchase_id, body, pack_id, credits, price_cents, currency, catalog_version,
    status, opened_at, look_from, automatic)
  VALUES (s.account_id, 'top-up-' || v_number, jsonb_strip_nulls(jsonb_build_object('packId', s.top_up_pack_id,
      'shownPriceCents', v_pack->'priceCents', 'currency', v_pack->'currency', 'paymentMethod', s.top_up_payment_method)),
    s.top_up_pack_id, (v_pack->>'credits')::bigint, (v_pack->>'priceCents')::bigint, v_pack->>'currency',
    holdfast.effective_version(p_at), 'open', p_at, p_at + interval '2 minutes', true)
  RETURNING * INTO p;
  RETURN p;
END $$;


--
-- Name: outbox_delivered(text, bigint[]); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.outbox_delivered(p_account_id text, p_message_ids bigint[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  DELETE FROM holdfast.outbox WHERE account_id = p_account_id AND message_id = ANY (p_message_ids)
$$;


--
-- Name: outbox_of(text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.outbox_of(p_account_id text) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('messageId', message_id, 'accountId', account_id, 'kind', kind,
    'requestId', nullif(subject, ''))) ORDER BY message_id)
  FROM holdfast.outbox WHERE account_id = p_account_id
$$;


--
-- Name: over_limit(holdfast.accounts, text, timestamp with time zone, bigint); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.over_limit(p_account holdfast.accounts, p_subscription_id text, p_at timestamp with time zone, p_more bigint) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  SELECT coalesce(p_account.granted, 0) + coalesce(p_more, 0)::numeric + coalesce(sum(holdfast.plan_credits(plan_id, length, starts_at)), 0)
    > 9007199254740991
  FROM holdfast.cycles WHERE account_id = p_account.account_id AND subscription_id = p_subscription_id
    AND grant_id IS NULL AND starts_at <= p_at
$$;


--
-- Name: overtaking_obstacle(holdfast.accounts, text, bigint, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.overtaking_obstacle(a holdfast.accounts, p_kind text, p_credits bigint, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
  IF holdfast.held_up(a, p_at) <> '{}' THEN RETURN NULL; END IF;
  a.open_reservations := a.open_reservations
    + (SELECT count(*) FROM holdfast.reservations WHERE account_id = a.account_id AND state = 'waiting');
  a.day_credits := a.waited_for + CASE WHEN a.day = holdfast.day_of(p_at) THEN a.day_credits ELSE 0 END;
  a.day := holdfast.day_of(p_at);
  RETURN holdfast.admission_obstacle(a, a.account_id, p_kind, p_credits, p_at);
END $$;


--
-- Name: pack_obstacle(holdfast.accounts, bigint, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.pack_obstacle(p_account holdfast.accounts, p_credits bigint, p_at timestamp with time zone) RETURNS text
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  v_subscription_id text;
BEGIN
  SELECT subscription_id INTO v_subscription_id FROM holdfast.subscriptions
    WHERE account_id = p_account.account_id AND status = 'active' AND p_at < p_account.valid_until;
  IF NOT FOUND THEN RETURN 'SUBSCRIPTION_REQUIRED'; END IF;
  IF holdfast.over_limit(p_account, v_subscription_id, p_at, p_credits) THEN RETURN 'BALANCE_LIMIT_EXCEEDED'; END IF;
  RETURN NULL;
END $$;


--
-- Name: pack_on_sale(text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.pack_on_sale(p_pack_id text, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT document->'packs'->p_pack_id FROM holdfast.catalog_versions
  WHERE effective_from <= p_at ORDER BY effective_from DESC LIMIT 1
$$;


--
-- Name: pack_sold_last(text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.pack_sold_last(p_pack_id text, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT document->'packs'->p_pack_id FROM holdfast.catalog_versions
  WHERE effective_from <= p_at AND document->'packs'->p_pack_id IS NOT NULL ORDER BY effective_from DESC LIMIT 1
$$;


--
-- Name: park(text, text, jsonb, bigint, integer, bigint, jsonb, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.park(p_account_id text, p_request_id text, p_body jsonb, p_credits bigint, p_catalog_version integer, p_hold_ms bigint, p_wait jsonb, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_account holdfast.accounts := holdfast.lock_or_open_account(p_account_id);
  v_until   timestamptz := coalesce((p_wait->>'until')::timestamptz, holdfast.add_duration(p_at, p_wait->>'timeout', 'UTC'));
  r         holdfast.reservations;
BEGIN
  UPDATE holdfast.accounts SET last_ticket = last_ticket + 1, waited_for = waited_for + p_credits, watched = true
    WHERE account_id = p_account_id RETURNING * INTO v_account;
  INSERT INTO holdfast.reservations (account_id, request_id, body, state, credits, catalog_version, allocated_grants,
    allocated_credits, expires_at, ticket, waits_for, admitted_credits, waiting_since, wait_until)
  VALUES (p_account_id, p_request_id, p_body, 'waiting', 0, p_catalog_version, '{}', '{}',
    p_at + p_hold_ms * interval '1 millisecond', v_account.last_ticket, p_credits, p_credits, p_at,
    date_trunc('milliseconds', v_until))
  RETURNING * INTO r;
  RETURN jsonb_build_object('result', holdfast.request_record(r), 'replayed', false);
END $$;


--
-- Name: pay_cycle(text, text, text, text, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.pay_cycle(p_account_id text, p_subscription_id text, p_plan_id text, p_reference text, p_paid_at timestamp with time zone, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  s holdfast.subscriptions;
BEGIN
  UPDATE holdfast.subscriptions SET
    plan_id = p_plan_id, scheduled_plan_id = NULL, paid_cycle = paid_cycle + 1,
    grace = holdfast.catalog_duration('renewalGrace', 'PT0S', p_at),
    settlement_window = holdfast.catalog_duration('settlementWindow', 'PT1H', p_at)
  WHERE account_id = p_account_id AND subscription_id = p_subscription_id RETURNING * INTO s;
  INSERT INTO holdfast.cycles (account_id, subscription_id, cycle, term, plan_id, length, starts_at, ends_at)
  VALUES (p_account_id, p_subscription_id, s.paid_cycle, s.term, p_plan_id, s.cycle,
    CASE WHEN s.paid_cycle = s.anchor_cycle THEN s.anchor ELSE (
      SELECT ends_at FROM holdfast.cycles
      WHERE account_id = p_account_id AND subscription_id = p_subscription_id AND cycle = s.paid_cycle - 1) END,
    holdfast.cycle_start(s.anchor, s.anchor_cycle, s.paid_cycle + 1, s.cycle, s.time_zone));
  INSERT INTO holdfast.payments
  VALUES (p_account_id, p_reference, p_subscription_id, s.paid_cycle, 'cycle', p_plan_id, p_paid_at, p_at);
  PERFORM holdfast.settle_term(p_account_id, p_subscription_id, p_at, NULL);
END $$;


--
-- Name: plan_change_effect(holdfast.subscriptions, holdfast.cycles, text, jsonb, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.plan_change_effect(s holdfast.subscriptions, c holdfast.cycles, p_plan_id text, p_plan jsonb, p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT CASE
    WHEN p_plan_id = s.plan_id THEN 'held'
    WHEN holdfast.same_length(p_plan->>'cycle', c.length)
      AND (p_plan->>'credits')::bigint > greatest(
        holdfast.plan_credits(c.plan_id, c.length, p_at), holdfast.plan_credits(c.plan_id, c.length, c.starts_at),
        (SELECT sum(credits) FROM holdfast.grants
         WHERE account_id = c.account_id AND subscription_id = c.subscription_id AND cycle = c.cycle)) THEN 'upgrade'
    WHEN NOT holdfast.same_length(p_plan->>'cycle', c.length) AND (p_plan->>'cycle')::interval > c.length::interval
      AND s.paid_cycle = c.cycle THEN 'longer-cycle'
    ELSE 'at-boundary' END
$$;


--
-- Name: plan_credits(text, text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.plan_credits(p_plan_id text, p_length text, p_at timestamp with time zone) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
  SELECT (document->'plans'->p_plan_id->>'credits')::bigint FROM holdfast.catalog_versions
  WHERE holdfast.same_length(document->'plans'->p_plan_id->>'cycle', p_length)
  ORDER BY effective_from <= p_at DESC, abs(extract(epoch FROM effective_from - p_at)) LIMIT 1
$$;


--
-- Name: plan_cycle_from(text, text, text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.plan_cycle_from(p_account_id text, p_subscription_id text, p_plan_id text, p_from timestamp with time zone, OUT starts_at timestamp with time zone, OUT length text) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  s            holdfast.subscriptions;
  v_paid_until timestamptz;
BEGIN
  SELECT c.starts_at, c.length INTO starts_at, length FROM holdfast.cycles AS c
    WHERE c.account_id = p_account_id AND c.subscription_id = p_subscription_id AND c.plan_id = p_plan_id
      AND c.grant_id IS NULL AND c.starts_at >= p_from ORDER BY c.cycle LIMIT 1;
  IF FOUND THEN RETURN; END IF;
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  IF s.cancel_at_period_end OR p_plan_id <> coalesce(s.scheduled_plan_id, s.plan_id) THEN RETURN; END IF;
  SELECT c.ends_at INTO v_paid_until FROM holdfast.cycles AS c
    WHERE c.account_id = p_account_id AND c.subscription_id = p_subscription_id AND c.cycle = s.paid_cycle;
  length := holdfast.next_length(s, holdfast.clock());
  -- As the next renewal would set it: another length counts from the first unpaid boundary.
  starts_at := CASE WHEN holdfast.same_length(length, s.cycle)
    THEN holdfast.boundary_from(s.anchor, s.anchor_cycle, s.paid_cycle + 1, length, s.time_zone, p_from)
    ELSE holdfast.boundary_from(v_paid_until, s.paid_cycle + 1, s.paid_cycle + 1, length, s.time_zone, p_from) END;
END $$;


--
-- Name: plan_length(text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.plan_length(p_plan_id text, p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT document->'plans'->p_plan_id->>'cycle' FROM holdfast.catalog_versions
  WHERE effective_from <= p_at AND document->'plans'->p_plan_id IS NOT NULL
  ORDER BY effective_from DESC LIMIT 1
$$;


--
-- Name: plan_on_sale(text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.plan_on_sale(p_plan_id text, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT document->'plans'->p_plan_id FROM holdfast.catalog_versions
  WHERE effective_from <= p_at ORDER BY effective_from DESC LIMIT 1
$$;


--
-- Name: post_entry(text, timestamp with time zone, text, bigint[], bigint[], bigint[], text, bigint, text, text, date); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.post_entry(p_account_id text, p_at timestamp with time zone, p_type text, p_grant_ids bigint[], p_remainder_deltas bigint[], p_reserved_deltas bigint[], p_request_id text, p_grant_id bigint, p_reason text, p_by_name text, p_day date DEFAULT NULL::date) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_available bigint := 0;
  v_reserved  bigint := 0;
  v_account   holdfast.accounts;
BEGIN
  -- One UPDATE by primary key for each grant, not one that joins them all: Postgres plans such a join anew at every
  -- call once it has statistics, because it takes the plan for the array at hand to be cheaper than one for all arrays.
  FOR i IN 1 .. cardinality(p_grant_ids) LOOP
    v_available := v_available + p_remainder_deltas[i];
    v_reserved  := v_reserved + p_reserved_deltas[i];
    IF p_type <> 'grant' AND p_remainder_deltas[i] <> 0 THEN
      UPDATE holdfast.grants SET remaining = remaining + p_remainder_deltas[i]
      WHERE account_id = p_account_id AND grant_id = p_grant_ids[i];
    END IF;
  END LOOP;

  UPDATE holdfast.accounts SET
    version       = version + 1,
    last_entry_at = p_at,
    available     = available + v_available,
    reserved      = reserved + v_reserved,
    granted       = granted  + CASE p_type WHEN 'grant'  THEN v_available ELSE 0 END,
    spent         = spent    + CASE p_type WHEN 'commit' THEN -v_available - v_reserved ELSE 0 END,
    expired       = expired  + CASE p_type WHEN 'expire' THEN -v_available ELSE 0 END,
    deducted      = deducted + CASE p_type WHEN 'deduct' THEN -v_available ELSE 0 END,
    open_reservations = open_reservations + CASE p_type WHEN 'reserve' THEN 1 WHEN 'commit' THEN -1 WHEN 'release' THEN -1 ELSE 0 END,
    day           = CASE p_type WHEN 'reserve' THEN p_day ELSE day END,
    -- What is given back on a later day than it was taken belongs to neither.
    day_credits   = CASE WHEN p_day = day THEN day_credits - v_available
                         WHEN p_type = 'reserve' THEN -v_available ELSE day_credits END,
    ran_dry       = ran_dry AND p_type <> 'grant'
  WHERE account_id = p_account_id
  RETURNING * INTO v_account;

  INSERT INTO holdfast.entries VALUES (
    p_account_id, v_account.version, p_at, p_type, v_available, v_reserved,
    p_grant_ids, p_remainder_deltas, p_reserved_deltas,
    v_account.available, v_account.reserved, v_account.spent, v_account.expired, v_account.deducted, v_account.granted,
    p_request_id, p_grant_id, p_reason, p_by_name
  );
  RETURN v_account.version;
END $$;


--
-- Name: post_message(text, text, text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.post_message(p_account_id text, p_kind text, p_subject text, p_at timestamp with time zone) RETURNS void
    LANGUAGE sql
    AS $$
  INSERT INTO holdfast.outbox (account_id, kind, subject, written_at) VALUES (p_account_id, p_kind, p_subject, p_at)
  ON CONFLICT (account_id, kind, subject) DO UPDATE SET message_id = excluded.message_id
$$;


--
-- Name: prepare_cycle(holdfast.subscriptions, integer, boolean, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.prepare_cycle(s holdfast.subscriptions, p_account_term integer, p_in_time boolean, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_length text := holdfast.next_length(s, p_at);
BEGIN
  IF NOT p_in_time THEN
    UPDATE holdfast.subscriptions SET term = p_account_term + 1, anchor = p_at, anchor_cycle = paid_cycle + 1, cycle = v_length,
      -- The cancellation has been carried out by the lapse; whoever pays again begins anew.
      cancel_at_period_end = false, status = 'active', closed_why = NULL, closed_at = NULL,
      look_from = p_at + interval '2 minutes'
    WHERE account_id = s.account_id AND subscription_id = s.subscription_id;
  ELSIF NOT holdfast.same_length(v_length, s.cycle) THEN
    UPDATE holdfast.subscriptions SET anchor_cycle = paid_cycle + 1, cycle = v_length, anchor = (
      SELECT ends_at FROM holdfast.cycles
      WHERE account_id = s.account_id AND subscription_id = s.subscription_id AND cycle = s.paid_cycle)
    WHERE account_id = s.account_id AND subscription_id = s.subscription_id;
  END IF;
END $$;


--
-- Name: purchase(text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.purchase(p_account_id text, p_purchase_id text) RETURNS jsonb
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT holdfast.purchase_record(p, holdfast.ledger_now(a.last_entry_at))
  FROM holdfast.purchases AS p JOIN holdfast.accounts AS a USING (account_id)
  WHERE p.account_id = p_account_id AND p.purchase_id = p_purchase_id
$$;


--
-- Name: purchase_answer(holdfast.purchases, timestamp with time zone, boolean); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.purchase_answer(p holdfast.purchases, p_at timestamp with time zone, p_replayed boolean) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT jsonb_build_object('result', holdfast.purchase_record(p, p_at), 'replayed', p_replayed)
$$;


--
-- Name: purchase_record(holdfast.purchases, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.purchase_record(p holdfast.purchases, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT jsonb_build_object(
    'accountId', p.account_id, 'purchaseId', p.purchase_id, 'status', p.status, 'body', p.body,
    'packId', p.pack_id, 'credits', p.credits, 'priceCents', p.price_cents, 'currency', p.currency,
    'catalogVersion', p.catalog_version::text, 'openedAt', holdfast.iso(p.opened_at),
    -- Whoever wanted an older one has gone; a charge now would come as a surprise.
    'mayCharge', CASE WHEN p.status = 'open' AND p_at < p.opened_at + interval '15 minutes'
      THEN NOT holdfast.is_withdrawn(p, p_at) ELSE false END,
    'paymentId', p.payment_id, 'reason', p.reason, 'grantId', p.grant_id::text, 'resolvedAt', holdfast.iso(p.resolved_at),
    'validUntil', (
      SELECT holdfast.iso(t.valid_until) FROM holdfast.grants AS g JOIN holdfast.terms AS t USING (account_id, term)
      WHERE g.account_id = p.account_id AND g.grant_id = p.grant_id ORDER BY t.change DESC LIMIT 1))
$$;


--
-- Name: purchase_violations(); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.purchase_violations() RETURNS TABLE(invariant text, account_id text, detail jsonb)
    LANGUAGE sql STABLE
    AS $$
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
    FROM (SELECT *, count(*) OVER (PARTITION BY account_id, payment_id) AS payments FROM holdfast.purchases) AS p
    WHERE (p.status IN ('granted', 'returning') AND p.payment_id IS NULL) OR (p.payment_id IS NOT NULL AND p.payments > 1)
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


--
-- Name: queue_outline(text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.queue_outline(p_account_id text) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT jsonb_build_object('accountId', p_account_id, 'at', holdfast.iso(x.at),
      'available', coalesce(holdfast.available_at(x.a, x.at), 0), 'waitedFor', coalesce((x.a).waited_for, 0))
    || CASE WHEN x.at IS NULL THEN '{}' ELSE holdfast.held_up(x.a, x.at) END
  FROM (VALUES (p_account_id)) AS asked (account_id) LEFT JOIN (
    SELECT a.account_id, a, holdfast.ledger_now(a.last_entry_at) AS at FROM holdfast.accounts AS a
  ) AS x USING (account_id)
$$;


--
-- Name: queue_violations(); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.queue_violations() RETURNS TABLE(invariant text, account_id text, detail jsonb)
    LANGUAGE sql STABLE
    AS $$
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


--
-- Name: reconciliation_scope(); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.reconciliation_scope() RETURNS jsonb
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT jsonb_build_object('now', holdfast.iso(holdfast.clock()),
    'open', (SELECT count(*) FROM holdfast.reservations WHERE resolved_at IS NULL))
$$;


--
-- Name: recorded_temporal_identity(); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.recorded_temporal_identity() RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT jsonb_build_object('clusterId', cluster_id, 'namespaceId', namespace_id, 'namespace', namespace)
  FROM holdfast.temporal_identity
$$;


--
-- Name: refusal(text, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.refusal(p_code text, p_details jsonb DEFAULT '{}'::jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT jsonb_build_object('refusal', jsonb_build_object('code', p_code, 'details', p_details))
$$;


--
-- Name: refuse_change(); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;


--
-- Name: refuse_journal_change(); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.refuse_journal_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'restrict_violation';
END $$;


--
-- Name: release_reservation(text, text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.release_reservation(p_account_id text, p_request_id text, p_reason text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account holdfast.accounts;
  v_now     timestamptz;
  v_ended   jsonb;
  r         holdfast.reservations;
BEGIN
  v_account := holdfast.lock_or_open_account(p_account_id);
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT * INTO r FROM holdfast.reservations WHERE account_id = p_account_id AND request_id = p_request_id;
  IF NOT FOUND THEN
    INSERT INTO holdfast.reservations (account_id, request_id, state, credits, allocated_grants, allocated_credits, resolved_at, reason)
    VALUES (p_account_id, p_request_id, 'released', 0, '{}', '{}', v_now, p_reason) RETURNING * INTO r;
    RETURN jsonb_build_object('result', holdfast.request_record(r), 'replayed', false);
  END IF;
  IF r.state = 'committed' THEN RETURN holdfast.already_resolved(r); END IF;
  IF r.state = 'released' THEN
    RETURN holdfast.attended(p_account_id, jsonb_build_object('result', holdfast.request_record(r), 'replayed', true));
  END IF;
  IF r.state = 'waiting' THEN
    v_ended := holdfast.end_ticket(r, p_reason, r.waits_for, v_now);
    -- Ended from outside: its workflow may live after all (it was reset meanwhile), and would wait until its time is up.
    IF p_reason = 'orphaned' THEN PERFORM holdfast.post_message(p_account_id, 'wake', p_request_id, v_now); END IF;
    RETURN holdfast.attended(p_account_id, v_ended);
  END IF;

  PERFORM holdfast.post_entry(p_account_id, v_now, 'release', r.allocated_grants, r.allocated_credits,
    holdfast.negated(r.allocated_credits), p_request_id, NULL, p_reason, NULL, holdfast.day_of(r.reserved_at));
  UPDATE holdfast.reservations SET state = 'released', resolved_at = v_now, expires_at = NULL, reason = p_reason
  WHERE account_id = p_account_id AND request_id = p_request_id RETURNING * INTO r;
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  RETURN holdfast.attended(p_account_id, jsonb_build_object('result', holdfast.request_record(r), 'replayed', false));
END $$;


--
-- Name: remember(text, text, text, jsonb, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.remember(p_account_id text, p_operation text, p_key text, p_body jsonb, p_result jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO holdfast.idempotency_keys VALUES (p_account_id, p_operation, p_key, p_body, p_result);
  RETURN jsonb_build_object('result', p_result, 'replayed', false);
END $$;


--
-- Name: renew(text, text, text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.renew(p_account_id text, p_subscription_id text, p_payment_reference text, p_paid_at timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_body    jsonb := jsonb_build_object('subscriptionId', p_subscription_id, 'paidAt', holdfast.iso(p_paid_at));
  v_now     timestamptz;
  v_paid_at timestamptz := date_trunc('milliseconds', p_paid_at);
  v_refusal jsonb;
  s         holdfast.subscriptions;
  v_in_time boolean;
  v_granted jsonb;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = 'renew' AND key = p_payment_reference;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, v_body)); END IF;
  v_refusal := holdfast.used_reference(p_account_id, p_payment_reference);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  v_now := holdfast.ledger_now(v_account.last_entry_at);
  v_paid_at := coalesce(v_paid_at, v_now);
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  v_refusal := holdfast.renewal_refused(s, v_paid_at, v_now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  IF holdfast.over_limit(v_account, p_subscription_id, v_now,
    holdfast.plan_credits(coalesce(s.scheduled_plan_id, s.plan_id), holdfast.next_length(s, v_now), v_now)) THEN
    RETURN holdfast.limit_exceeded(v_account);
  END IF;

  v_granted := holdfast.grant_due(p_account_id, p_subscription_id, v_now);
  v_in_time := s.status = 'active' AND v_paid_at < v_account.valid_until;
  PERFORM holdfast.prepare_cycle(s, v_account.term, v_in_time, v_now);
  PERFORM holdfast.pay_cycle(p_account_id, p_subscription_id, coalesce(s.scheduled_plan_id, s.plan_id), p_payment_reference,
    v_paid_at, v_now);
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_granted := v_granted || holdfast.grant_due(p_account_id, p_subscription_id, v_now);
  RETURN holdfast.subscription_answer(p_account_id, p_subscription_id, 'renew', p_payment_reference, v_body, v_now,
    jsonb_build_object('granted', v_granted, 'newTerm', NOT v_in_time));
END $$;


--
-- Name: renewal_refused(holdfast.subscriptions, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.renewal_refused(s holdfast.subscriptions, p_paid_at timestamp with time zone, p_now timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT CASE
    WHEN s.subscription_id IS NULL THEN holdfast.refusal('SUBSCRIPTION_NOT_FOUND')
    WHEN p_paid_at > p_now THEN
      holdfast.refusal('PAYMENT_IN_FUTURE', jsonb_build_object('paidAt', holdfast.iso(p_paid_at), 'now', holdfast.iso(p_now)))
    WHEN s.closed_why = 'ended-now' THEN
      holdfast.refusal('SUBSCRIPTION_ENDED', jsonb_build_object('subscriptionId', s.subscription_id, 'endedAt', holdfast.iso(s.closed_at)))
    WHEN s.closed_why = 'superseded' THEN
      holdfast.refusal('RENEWAL_SUPERSEDED', jsonb_build_object('subscriptionId', s.subscription_id, 'newer', (
        SELECT subscription_id FROM holdfast.subscriptions WHERE account_id = s.account_id ORDER BY term DESC LIMIT 1)))
  END
$$;


--
-- Name: idempotency_keys; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.idempotency_keys (
    account_id text NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    body jsonb NOT NULL,
    result jsonb NOT NULL,
    CONSTRAINT idempotency_keys_key_valid CHECK ((key ~ '^[A-Za-z0-9][A-Za-z0-9._@|:-]{0,255}$'::text))
);


--
-- Name: replay(holdfast.idempotency_keys, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.replay(p_key holdfast.idempotency_keys, p_body jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT CASE WHEN p_key.body = p_body THEN jsonb_build_object('result', p_key.result, 'replayed', true)
              ELSE holdfast.refusal('IDEMPOTENCY_CONFLICT', jsonb_build_object('key', p_key.key, 'earlier', p_key.result)) END
$$;


--
-- Name: request(text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.request(p_account_id text, p_request_id text) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT holdfast.request_record(r) FROM holdfast.reservations AS r
  WHERE r.account_id = p_account_id AND r.request_id = p_request_id
$$;


--
-- Name: request_record(holdfast.reservations); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.request_record(r holdfast.reservations) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT jsonb_build_object(
    'accountId', r.account_id, 'requestId', r.request_id, 'status', r.state,
    'body', r.body, 'kind', r.body->'kind', 'seconds', r.body->'seconds', 'audio', coalesce(r.body->'audio', 'false'),
    'catalogVersion', r.catalog_version::text, 'reserved', r.credits, 'charged', r.charged,
    'reason', r.reason, 'outputUrl', r.output_url,
    'reservedAt', holdfast.iso(r.reserved_at), 'resolvedAt', holdfast.iso(r.resolved_at), 'expiresAt', holdfast.iso(r.expires_at),
    'metadata', coalesce(r.body->'metadata', '{}'),
    'wait', CASE WHEN r.ticket IS NOT NULL THEN jsonb_build_object(
      'place', CASE r.state WHEN 'waiting' THEN (
        SELECT count(*) FROM holdfast.reservations AS w
        WHERE w.account_id = r.account_id AND w.state = 'waiting' AND w.ticket <= r.ticket) END,
      'required', r.waits_for, 'admitted', r.admitted_credits,
      'since', holdfast.iso(r.waiting_since), 'until', holdfast.iso(r.wait_until)) END,
    'allocations', coalesce((
      SELECT jsonb_agg(jsonb_build_object('grantId', a.grant_id::text, 'source', g.source, 'credits', a.credits,
        'charged', greatest(0, least(a.credits, r.charged - (a.running - a.credits)))) ORDER BY a.position)
      FROM (SELECT t.*, sum(t.credits) OVER (ORDER BY t.position) AS running
            FROM unnest(r.allocated_grants, r.allocated_credits) WITH ORDINALITY AS t (grant_id, credits, position)) AS a
      JOIN holdfast.grants AS g ON g.account_id = r.account_id AND g.grant_id = ANY (r.allocated_grants) AND g.grant_id = a.grant_id), '[]'))
$$;


--
-- Name: reserve_credits(text, text, jsonb, bigint, integer, bigint, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.reserve_credits(p_account_id text, p_request_id text, p_body jsonb, p_credits bigint, p_catalog_version integer, p_hold_ms bigint, p_wait jsonb DEFAULT NULL::jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account   holdfast.accounts;
  v_known     jsonb;
  v_now       timestamptz;
  v_effective integer;
  v_refusal   jsonb;
  v_taken     record;
  v_reservation holdfast.reservations;
  v_answer    jsonb;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  v_known := holdfast.known_request(p_account_id, p_request_id, p_body);
  IF v_known IS NOT NULL THEN RETURN holdfast.attended(p_account_id, v_known); END IF;
  IF p_credits IS NULL THEN RETURN jsonb_build_object('result', NULL); END IF;

  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT version INTO v_effective FROM holdfast.catalog_versions
    WHERE effective_from <= v_now ORDER BY effective_from DESC LIMIT 1;
  IF v_effective IS DISTINCT FROM p_catalog_version THEN
    RETURN holdfast.refusal('STALE_CATALOG', jsonb_build_object('quoted', p_catalog_version, 'effective', v_effective));
  END IF;
  IF p_credits > (p_body->>'maxCredits')::bigint THEN
    RETURN holdfast.refusal('PRICE_CHANGED', jsonb_build_object('quoted', p_credits, 'maxCredits', p_body->'maxCredits'));
  END IF;
  IF p_wait IS NOT NULL THEN v_refusal := holdfast.wait_refused(p_wait, v_now); END IF;
  -- Most accounts have no limits, and most of the time nothing is stopped: this asks no more than that.
  IF v_refusal IS NULL AND (v_account.watched IS NOT FALSE OR EXISTS (SELECT FROM holdfast.stops)) THEN
    v_refusal := holdfast.admission_obstacle(v_account, p_account_id, p_body->>'kind', p_credits, v_now);
  END IF;
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_taken := holdfast.allocate(v_account, v_now, p_credits);
  IF v_taken.grant_ids IS NULL OR v_taken.available - v_account.waited_for < p_credits THEN
    v_answer := CASE WHEN p_wait IS NULL
      THEN holdfast.insufficient_credits(p_credits, v_taken.available, coalesce(v_account.waited_for, 0))
      ELSE holdfast.park(p_account_id, p_request_id, p_body, p_credits, p_catalog_version, p_hold_ms, p_wait, v_now) END;
    IF v_taken.available < p_credits THEN
      PERFORM holdfast.tell_ran_dry(p_account_id, v_taken.available, p_request_id, p_credits, v_now);
    END IF;
    RETURN holdfast.attended(p_account_id, v_answer);
  END IF;
  IF v_account.waited_for > 0 THEN
    v_refusal := holdfast.overtaking_obstacle(v_account, p_body->>'kind', p_credits, v_now);
    IF v_refusal IS NOT NULL THEN RETURN holdfast.attended(p_account_id, v_refusal); END IF;
  END IF;

  PERFORM holdfast.post_entry(p_account_id, v_now, 'reserve', v_taken.grant_ids, holdfast.negated(v_taken.credits),
    v_taken.credits, p_request_id, NULL, NULL, NULL, holdfast.day_of(v_now));
  INSERT INTO holdfast.reservations (account_id, request_id, body, state, credits, catalog_version, allocated_grants,
    allocated_credits, reserved_at, expires_at)
  VALUES (p_account_id, p_request_id, p_body, 'open', p_credits, p_catalog_version, v_taken.grant_ids,
    v_taken.credits, v_now, v_now + p_hold_ms * interval '1 millisecond')
  RETURNING * INTO v_reservation;
  v_answer := jsonb_build_object('result', holdfast.request_record(v_reservation), 'replayed', false);
  RETURN CASE WHEN v_account.watched THEN holdfast.attended(p_account_id, v_answer) ELSE v_answer END;
END $$;


--
-- Name: resume_request(text, text, bigint, integer, bigint); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.resume_request(p_account_id text, p_request_id text, p_credits bigint, p_catalog_version integer, p_hold_ms bigint) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account  holdfast.accounts;
  v_now      timestamptz;
  v_effective integer;
  v_obstacle text;
  v_over     text;
  v_taken    record;
  r          holdfast.reservations;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  SELECT * INTO r FROM holdfast.reservations WHERE account_id = p_account_id AND request_id = p_request_id;
  IF NOT FOUND THEN RETURN holdfast.refusal('RESERVATION_NOT_FOUND', jsonb_build_object('requestId', p_request_id)); END IF;
  IF r.state <> 'waiting' THEN
    RETURN holdfast.attended(p_account_id, jsonb_build_object('result', holdfast.request_record(r), 'replayed', true));
  END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  v_effective := holdfast.effective_version(v_now);
  IF v_effective IS DISTINCT FROM p_catalog_version THEN
    RETURN holdfast.refusal('STALE_CATALOG', jsonb_build_object('quoted', p_catalog_version, 'effective', v_effective));
  END IF;
  v_obstacle := holdfast.admission_obstacle(v_account, p_account_id, r.body->>'kind', p_credits, v_now)->'refusal'->>'code';
  v_over := holdfast.ticket_over(r, p_credits, v_obstacle, v_now);
  IF v_over IS NOT NULL THEN
    RETURN holdfast.attended(p_account_id, holdfast.end_ticket(r, v_over, p_credits, v_now));
  END IF;

  -- This question answers a wake-up from before: handed over now, it would wake the one that has just asked.
  DELETE FROM holdfast.outbox WHERE account_id = p_account_id AND kind = 'wake' AND subject = p_request_id;
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_taken := holdfast.allocate(v_account, v_now, p_credits);
  IF v_taken.grant_ids IS NULL OR v_obstacle IS NOT NULL OR EXISTS (SELECT FROM holdfast.reservations
      WHERE account_id = p_account_id AND state = 'waiting' AND ticket < r.ticket) THEN
    UPDATE holdfast.accounts SET waited_for = waited_for - r.waits_for + p_credits WHERE account_id = p_account_id;
    UPDATE holdfast.reservations SET waits_for = p_credits, catalog_version = p_catalog_version, woken_at = NULL
    WHERE account_id = p_account_id AND request_id = p_request_id RETURNING * INTO r;
    RETURN holdfast.attended(p_account_id, jsonb_build_object('result', holdfast.request_record(r), 'replayed', true));
  END IF;

  PERFORM holdfast.post_entry(p_account_id, v_now, 'reserve', v_taken.grant_ids, holdfast.negated(v_taken.credits),
    v_taken.credits, p_request_id, NULL, NULL, NULL, holdfast.day_of(v_now));
  UPDATE holdfast.accounts SET waited_for = waited_for - r.waits_for WHERE account_id = p_account_id;
  UPDATE holdfast.reservations SET state = 'open', credits = p_credits, waits_for = p_credits, woken_at = NULL,
    catalog_version = p_catalog_version, allocated_grants = v_taken.grant_ids, allocated_credits = v_taken.credits,
    reserved_at = v_now, expires_at = v_now + p_hold_ms * interval '1 millisecond'
  WHERE account_id = p_account_id AND request_id = p_request_id RETURNING * INTO r;
  RETURN holdfast.attended(p_account_id, jsonb_build_object('result', holdfast.request_record(r), 'replayed', false));
END $$;


--
-- Name: same_length(text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.same_length(p_one text, p_other text) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  SELECT p_one::interval::text = p_other::interval::text
$$;


--
-- Name: schedule_plan(holdfast.subscriptions, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.schedule_plan(s holdfast.subscriptions, p_plan_id text) RETURNS jsonb
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE holdfast.subscriptions SET scheduled_plan_id = p_plan_id
    WHERE account_id = s.account_id AND subscription_id = s.subscription_id;
  RETURN '[]';
END $$;


--
-- Name: set_cancellation(text, text, text, boolean); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.set_cancellation(p_account_id text, p_subscription_id text, p_key text, p_cancel boolean) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_operation text := CASE WHEN p_cancel THEN 'cancel' ELSE 'resume' END;
  v_body    jsonb := jsonb_build_object('subscriptionId', p_subscription_id);
  v_now     timestamptz;
  v_refusal jsonb;
  s         holdfast.subscriptions;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = v_operation AND key = p_key;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, v_body)); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  v_refusal := holdfast.not_live(s, v_account, v_now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  IF NOT p_cancel AND NOT s.cancel_at_period_end THEN
    RETURN holdfast.refusal('SUBSCRIPTION_NOT_CANCELLED', jsonb_build_object('subscriptionId', p_subscription_id));
  END IF;

  UPDATE holdfast.subscriptions SET cancel_at_period_end = p_cancel
    WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  PERFORM holdfast.settle_term(p_account_id, p_subscription_id, v_now, v_now);
  RETURN holdfast.subscription_answer(p_account_id, p_subscription_id, v_operation, p_key, v_body, v_now, '{}');
END $$;


--
-- Name: set_limits(text, text, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.set_limits(p_account_id text, p_key text, p_body jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_known jsonb := holdfast.known_setting(p_account_id, 'set_limits', p_key, p_body);
BEGIN
  IF v_known IS NOT NULL THEN RETURN v_known; END IF;
  PERFORM holdfast.open_settings(p_account_id);
  UPDATE holdfast.account_settings SET
    daily_credits_max = CASE WHEN p_body->'dailyCreditsMax' IS NOT NULL THEN (p_body->>'dailyCreditsMax')::bigint ELSE daily_credits_max END,
    generation_credits_max = CASE WHEN p_body->'generationCreditsMax' IS NOT NULL
      THEN (p_body->>'generationCreditsMax')::bigint ELSE generation_credits_max END,
    concurrent_generations_max = CASE WHEN p_body->'concurrentGenerationsMax' IS NOT NULL
      THEN (p_body->>'concurrentGenerationsMax')::bigint ELSE concurrent_generations_max END
  WHERE account_id = p_account_id;
  RETURN holdfast.setting_answer(p_account_id, 'set_limits', p_key, p_body);
END $$;


--
-- Name: set_low_balance(text, text, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.set_low_balance(p_account_id text, p_key text, p_body jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_known jsonb := holdfast.known_setting(p_account_id, 'set_low_balance', p_key, p_body);
  v_told  jsonb;
BEGIN
  IF v_known IS NOT NULL THEN RETURN v_known; END IF;
  PERFORM holdfast.open_settings(p_account_id);
  SELECT coalesce(jsonb_agg(holdfast.threshold_record(t)) FILTER (WHERE t.below), '[]') INTO v_told
    FROM holdfast.low_balance_thresholds AS t WHERE t.account_id = p_account_id;
  DELETE FROM holdfast.low_balance_thresholds WHERE account_id = p_account_id;
  INSERT INTO holdfast.low_balance_thresholds
  SELECT p_account_id, position, (value->>'credits')::bigint, (value->>'percentOfCycle')::smallint, v_told @> jsonb_build_array(value)
  FROM jsonb_array_elements(p_body) WITH ORDINALITY AS t (value, position);
  RETURN holdfast.setting_answer(p_account_id, 'set_low_balance', p_key, p_body);
END $$;


--
-- Name: set_term(text, integer, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.set_term(p_account_id text, p_term integer, p_valid_until timestamp with time zone, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_last holdfast.terms;
BEGIN
  UPDATE holdfast.accounts SET term = p_term, valid_until = p_valid_until WHERE account_id = p_account_id;
  PERFORM holdfast.expect_end(p_account_id, p_valid_until, p_at);
  SELECT * INTO v_last FROM holdfast.terms WHERE account_id = p_account_id ORDER BY change DESC LIMIT 1;
  IF (v_last.term, v_last.valid_until) IS DISTINCT FROM (p_term, p_valid_until) THEN
    INSERT INTO holdfast.terms VALUES (p_account_id, coalesce(v_last.change, 0) + 1, greatest(p_at, v_last.at), p_term, p_valid_until);
  END IF;
END $$;


--
-- Name: set_top_up(text, text, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.set_top_up(p_account_id text, p_key text, p_body jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_known jsonb := holdfast.known_setting(p_account_id, 'set_top_up', p_key, p_body);
  v_pack  jsonb;
BEGIN
  IF v_known IS NOT NULL THEN RETURN v_known; END IF;
  IF p_body <> 'null' THEN
    v_pack := holdfast.pack_on_sale(p_body->>'packId', holdfast.clock());
    IF v_pack IS NULL THEN RETURN holdfast.refusal('UNKNOWN_PACK', jsonb_build_object('packId', p_body->'packId')); END IF;
    IF (p_body->>'monthlyCapCents')::bigint < (v_pack->>'priceCents')::bigint THEN
      RETURN holdfast.refusal('TOP_UP_CAP_TOO_LOW', jsonb_build_object('packId', p_body->'packId',
        'monthlyCapCents', p_body->'monthlyCapCents', 'priceCents', v_pack->'priceCents', 'currency', v_pack->'currency'));
    END IF;
  END IF;
  PERFORM holdfast.open_settings(p_account_id);
  UPDATE holdfast.account_settings SET top_up_pack_id = p_body->>'packId', top_up_below = (p_body->>'belowCredits')::bigint,
    top_up_cap_cents = (p_body->>'monthlyCapCents')::bigint, top_up_payment_method = p_body->>'paymentMethod',
    top_up_price_cents = (v_pack->>'priceCents')::bigint, top_up_currency = v_pack->>'currency',
    top_up_failures = 0, top_up_retry_at = NULL, top_up_stopped_why = NULL
  WHERE account_id = p_account_id;
  -- A workflow that waits for its next attempt looks again, and need not wait any more.
  PERFORM holdfast.post_message(p_account_id, 'top-up', '', holdfast.clock());
  RETURN holdfast.setting_answer(p_account_id, 'set_top_up', p_key, p_body);
END $$;


--
-- Name: setting_answer(text, text, text, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.setting_answer(p_account_id text, p_operation text, p_key text, p_body jsonb) RETURNS jsonb
    LANGUAGE sql
    AS $$
  SELECT holdfast.attended(p_account_id, holdfast.remember(p_account_id, p_operation, p_key, p_body,
    holdfast.settings_record(p_account_id, holdfast.clock())))
$$;


--
-- Name: settings_record(text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.settings_record(p_account_id text, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT jsonb_build_object('accountId', p_account_id,
    'limits', jsonb_build_object('dailyCreditsMax', s.daily_credits_max, 'generationCreditsMax', s.generation_credits_max,
      'concurrentGenerationsMax', s.concurrent_generations_max),
    'lowBalance', (
      SELECT coalesce(jsonb_agg(holdfast.threshold_record(t) ORDER BY t.position), '[]')
      FROM holdfast.low_balance_thresholds AS t WHERE t.account_id = p_account_id),
    'topUp', CASE WHEN s.top_up_pack_id IS NOT NULL THEN jsonb_strip_nulls(jsonb_build_object('packId', s.top_up_pack_id,
        'belowCredits', s.top_up_below, 'monthlyCapCents', s.top_up_cap_cents, 'paymentMethod', s.top_up_payment_method))
      || jsonb_build_object('spentThisMonthCents', holdfast.topped_up_this_month(p_account_id, p_at),
        'failures', s.top_up_failures, 'retryAt', holdfast.iso(s.top_up_retry_at), 'stoppedWhy', coalesce(s.top_up_stopped_why,
          CASE WHEN holdfast.is_price_changed(s, holdfast.pack_on_sale(s.top_up_pack_id, p_at)) THEN 'price-changed' END)) END,
    'stops', (
      SELECT coalesce(jsonb_agg(holdfast.stop_record(x) ORDER BY x.account_id, x.kind), '[]')
      FROM holdfast.stops AS x WHERE x.account_id IN (p_account_id, '*')))
  FROM (VALUES (p_account_id)) AS asked (account_id) LEFT JOIN holdfast.account_settings AS s USING (account_id)
$$;


--
-- Name: settle_notice(text, bigint, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.settle_notice(p_account_id text, p_notice_id bigint, p_reason text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  UPDATE holdfast.notices SET status = CASE WHEN p_reason IS NULL THEN 'delivered' ELSE 'failed' END,
    settled_at = holdfast.clock(), reason = p_reason
  WHERE account_id = p_account_id AND notice_id = p_notice_id AND status = 'pending'
$$;


--
-- Name: settle_purchase(text, text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.settle_purchase(p_account_id text, p_purchase_id text, p_payment_id text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account holdfast.accounts;
  v_now     timestamptz;
  v_obstacle text;
  v_reason  text;
  p         holdfast.purchases;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  SELECT * INTO p FROM holdfast.purchases WHERE account_id = p_account_id AND purchase_id = p_purchase_id;
  IF NOT FOUND THEN RETURN holdfast.refusal('PURCHASE_NOT_FOUND', jsonb_build_object('purchaseId', p_purchase_id)); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  IF p.status IN ('granted', 'returning', 'returned') THEN
    RETURN holdfast.attended(p_account_id, holdfast.purchase_answer(p, v_now, true));
  END IF;

  IF p.status = 'open' THEN
    v_obstacle := holdfast.pack_obstacle(v_account, p.credits, v_now);
    IF v_obstacle IS NULL THEN
      p := holdfast.grant_pack(p, v_account.term, p_payment_id, v_now);
      RETURN holdfast.attended(p_account_id, holdfast.purchase_answer(p, v_now, false));
    END IF;
    v_reason := CASE v_obstacle WHEN 'SUBSCRIPTION_REQUIRED' THEN 'subscription-ended' ELSE v_obstacle END;
  ELSE
    v_reason := 'paid-after-' || p.status;
  END IF;
  UPDATE holdfast.purchases SET status = 'returning', payment_id = p_payment_id, reason = v_reason, resolved_at = NULL,
    look_from = v_now + interval '2 minutes'
  WHERE account_id = p_account_id AND purchase_id = p_purchase_id RETURNING * INTO p;
  RETURN holdfast.purchase_answer(p, v_now, false);
END $$;


--
-- Name: settle_term(text, text, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.settle_term(p_account_id text, p_subscription_id text, p_at timestamp with time zone, p_not_before timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  s            holdfast.subscriptions;
  v_paid_until timestamptz;
BEGIN
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  SELECT ends_at INTO v_paid_until FROM holdfast.cycles
    WHERE account_id = p_account_id AND subscription_id = p_subscription_id AND cycle = s.paid_cycle;
  PERFORM holdfast.set_term(p_account_id, s.term, CASE
    WHEN s.cancel_at_period_end THEN greatest(v_paid_until, p_not_before)
    ELSE holdfast.add_duration(v_paid_until, s.grace, s.time_zone) END, p_at);
END $$;


--
-- Name: start_longer_cycle(holdfast.subscriptions, text, jsonb, text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.start_longer_cycle(s holdfast.subscriptions, p_plan_id text, p_plan jsonb, p_reference text, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE holdfast.cycles SET ends_at = p_at
    WHERE account_id = s.account_id AND subscription_id = s.subscription_id AND cycle = s.paid_cycle;
  UPDATE holdfast.subscriptions SET anchor = p_at, anchor_cycle = paid_cycle + 1, cycle = p_plan->>'cycle'
    WHERE account_id = s.account_id AND subscription_id = s.subscription_id;
  PERFORM holdfast.pay_cycle(s.account_id, s.subscription_id, p_plan_id, p_reference, p_at, p_at);
  RETURN holdfast.grant_due(s.account_id, s.subscription_id, p_at);
END $$;


--
-- Name: stop_admissions(text, text, text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.stop_admissions(p_account_id text, p_kind text, p_reason text, p_by text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_now  timestamptz := holdfast.clock();
  v_stop holdfast.stops;
BEGIN
  IF NOT EXISTS (SELECT FROM holdfast.catalog_versions WHERE p_kind IS NULL OR document->'kinds'->p_kind IS NOT NULL) THEN
    RETURN holdfast.refusal('UNKNOWN_KIND', jsonb_build_object('kind', p_kind));
  END IF;
  INSERT INTO holdfast.stops VALUES (coalesce(p_account_id, '*'), coalesce(p_kind, '*'), p_reason, p_by, v_now)
  ON CONFLICT (account_id, kind) DO UPDATE SET reason = excluded.reason, by_name = excluded.by_name
  RETURNING * INTO v_stop;
  RETURN jsonb_build_object('result', holdfast.stop_record(v_stop), 'replayed', v_stop.since <> v_now);
END $$;


--
-- Name: stops; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.stops (
    account_id text NOT NULL,
    kind text NOT NULL,
    reason text NOT NULL,
    by_name text NOT NULL,
    since timestamp with time zone NOT NULL
);


--
-- Name: stop_record(holdfast.stops); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.stop_record(s holdfast.stops) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT jsonb_build_object('accountId', nullif(s.account_id, '*'), 'kind', nullif(s.kind, '*'), 'reason', s.reason,
    'by', s.by_name, 'since', holdfast.iso(s.since))
$$;


--
-- Name: subscribe(text, text, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.subscribe(p_account_id text, p_subscription_id text, p_body jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_now     timestamptz;
  v_refusal jsonb;
  v_old     holdfast.subscriptions;
  v_plan    jsonb;
  v_zone    text := coalesce(p_body->>'timeZone', 'UTC');
  v_granted jsonb;
BEGIN
  v_account := holdfast.lock_or_open_account(p_account_id);
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = 'subscribe' AND key = p_subscription_id;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, p_body)); END IF;
  v_refusal := holdfast.used_reference(p_account_id, p_body->>'paymentReference');
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  v_now := holdfast.ledger_now(v_account.last_entry_at);
  v_plan := holdfast.plan_on_sale(p_body->>'planId', v_now);
  IF v_plan IS NULL THEN RETURN holdfast.refusal('UNKNOWN_PLAN', jsonb_build_object('planId', p_body->'planId')); END IF;
  IF NOT holdfast.is_time_zone(v_zone) THEN
    RETURN holdfast.refusal('INVALID_TIME_ZONE', jsonb_build_object('timeZone', v_zone));
  END IF;
  SELECT * INTO v_old FROM holdfast.subscriptions WHERE account_id = p_account_id AND status = 'active';
  IF FOUND AND v_now < v_account.valid_until THEN
    RETURN holdfast.refusal('SUBSCRIPTION_EXISTS', jsonb_build_object('subscriptionId', v_old.subscription_id,
      'planId', v_old.plan_id, 'validUntil', holdfast.iso(v_account.valid_until)));
  END IF;
  IF holdfast.over_limit(v_account, v_old.subscription_id, v_now, (v_plan->>'credits')::bigint) THEN
    RETURN holdfast.limit_exceeded(v_account);
  END IF;

  -- What the old one paid for was its own, though it expires in the same breath.
  PERFORM holdfast.grant_due(p_account_id, v_old.subscription_id, v_now);
  UPDATE holdfast.subscriptions SET status = 'closed', closed_why = 'superseded', closed_at = coalesce(closed_at, v_now)
    WHERE account_id = p_account_id AND closed_why IS DISTINCT FROM 'ended-now';
  INSERT INTO holdfast.subscriptions (account_id, subscription_id, term, plan_id, time_zone, anchor, anchor_cycle, cycle,
    paid_cycle, granted_cycle, grace, settlement_window, status, look_from)
  VALUES (p_account_id, p_subscription_id, v_account.term + 1, p_body->>'planId', v_zone, v_now, 1, v_plan->>'cycle',
    0, 0, 'PT0S', 'PT0S', 'active', v_now + interval '2 minutes');
  PERFORM holdfast.pay_cycle(p_account_id, p_subscription_id, p_body->>'planId', p_body->>'paymentReference', v_now, v_now);
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_granted := holdfast.grant_due(p_account_id, p_subscription_id, v_now);
  RETURN holdfast.subscription_answer(p_account_id, p_subscription_id, 'subscribe', p_subscription_id, p_body, v_now,
    jsonb_build_object('granted', v_granted));
END $$;


--
-- Name: subscription(text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.subscription(p_account_id text, p_subscription_id text) RETURNS jsonb
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT holdfast.subscription_record(s, holdfast.ledger_now(a.last_entry_at))
  FROM holdfast.subscriptions AS s JOIN holdfast.accounts AS a USING (account_id)
  WHERE s.account_id = p_account_id AND (p_subscription_id IS NULL OR s.subscription_id = p_subscription_id)
  ORDER BY s.term DESC LIMIT 1
$$;


--
-- Name: subscription_answer(text, text, text, text, jsonb, timestamp with time zone, jsonb); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.subscription_answer(p_account_id text, p_subscription_id text, p_operation text, p_key text, p_body jsonb, p_at timestamp with time zone, p_more jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    AS $$
DECLARE
  s holdfast.subscriptions;
BEGIN
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  RETURN holdfast.attended(p_account_id, holdfast.remember(p_account_id, p_operation, p_key, p_body,
    jsonb_build_object('subscription', holdfast.subscription_record(s, p_at)) || p_more));
END $$;


--
-- Name: subscription_record(holdfast.subscriptions, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.subscription_record(s holdfast.subscriptions, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  WITH term AS (
    SELECT valid_until FROM holdfast.terms WHERE account_id = s.account_id AND term = s.term ORDER BY change DESC LIMIT 1
  ), last AS (
    SELECT * FROM holdfast.cycles WHERE account_id = s.account_id AND subscription_id = s.subscription_id AND cycle = s.paid_cycle
  ), current AS (
    -- After the last boundary the last paid cycle stays the current one, in grace and beyond. After an end at once none begins.
    SELECT * FROM holdfast.cycles
    WHERE account_id = s.account_id AND subscription_id = s.subscription_id AND starts_at <= least(p_at, s.closed_at)
    ORDER BY cycle DESC LIMIT 1
  )
  SELECT jsonb_build_object(
    'accountId', s.account_id, 'subscriptionId', s.subscription_id, 'at', holdfast.iso(p_at),
    'status', CASE WHEN s.status = 'closed' THEN 'closed' WHEN p_at >= term.valid_until THEN 'lapsed'
                   WHEN p_at >= last.ends_at THEN 'grace' ELSE 'active' END,
    'closedWhy', s.closed_why, 'closedAt', holdfast.iso(s.closed_at),
    'planId', current.plan_id, 'scheduledPlanId', s.scheduled_plan_id, 'nextPlanId', coalesce(s.scheduled_plan_id, s.plan_id),
    'term', s.term, 'timeZone', s.time_zone, 'cycle', current.cycle, 'cycleLength', current.length,
    'cycleStart', holdfast.iso(current.starts_at), 'cycleEnd', holdfast.iso(current.ends_at),
    'paidCycle', s.paid_cycle, 'grantedCycle', s.granted_cycle, 'paidAhead', s.paid_cycle - current.cycle,
    'paidUntil', holdfast.iso(last.ends_at), 'validUntil', holdfast.iso(term.valid_until),
    'windowEnd', holdfast.iso(CASE WHEN s.closed_why = 'ended-now' THEN term.valid_until
      ELSE holdfast.add_duration(term.valid_until, s.settlement_window, s.time_zone) END),
    'cancelAtPeriodEnd', s.cancel_at_period_end)
  FROM term, last, current
$$;


--
-- Name: subscription_violations(timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.subscription_violations(p_now timestamp with time zone) RETURNS TABLE(invariant text, account_id text, detail jsonb)
    LANGUAGE sql STABLE
    AS $$
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


--
-- Name: tell_expiring(holdfast.accounts, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.tell_expiring(a holdfast.accounts, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  e record;
BEGIN
  FOR e IN
    SELECT x.ends, x.of_term, x.since, sum(x.remaining)::bigint AS credits,
      CASE WHEN x.ends - interval '24 hours' <= p_at THEN 1 WHEN x.ends - interval '168 hours' <= p_at THEN 7 END AS days
    FROM (
      SELECT coalesce(g.ends_at, a.valid_until) AS ends, g.term IS NOT NULL AS of_term, g.remaining,
        CASE WHEN g.term IS NULL THEN g.granted_at
             ELSE (SELECT at FROM holdfast.terms WHERE account_id = a.account_id ORDER BY change DESC LIMIT 1) END AS since
      FROM holdfast.grants AS g WHERE g.account_id = a.account_id AND g.has_remainder
        AND holdfast.grant_counts(g.ends_at, g.term, a.term, a.valid_until, p_at)
    ) AS x GROUP BY x.ends, x.of_term, x.since ORDER BY x.ends
  LOOP
    CONTINUE WHEN e.days IS NULL OR e.since >= e.ends - e.days * interval '24 hours';
    PERFORM holdfast.write_notice(a.account_id, 'credits-expiring', jsonb_build_object('days', e.days, 'credits', e.credits,
      'expiresAt', holdfast.iso(e.ends), 'renewBy', CASE WHEN e.of_term THEN holdfast.iso(e.ends) END),
      'expiring:' || e.days || ':' || holdfast.iso(e.ends) || CASE WHEN e.of_term THEN '' ELSE ':' || holdfast.iso(e.since) END, p_at);
  END LOOP;
  -- Also where nothing is left: a pack, a next cycle or a release may yet bring what ends then, and says nothing of it.
  UPDATE holdfast.accounts SET next_notice_at = least(holdfast.next_warning(a.valid_until, p_at), (
    SELECT min(holdfast.next_warning(g.ends_at, p_at)) FROM holdfast.grants AS g WHERE g.account_id = a.account_id))
  WHERE account_id = a.account_id;
END $$;


--
-- Name: tell_low_balance(holdfast.accounts, bigint, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.tell_low_balance(a holdfast.accounts, p_available bigint, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_left bigint := p_available + a.reserved;
  t      record;
BEGIN
  FOR t IN
    SELECT x.position, x.below, holdfast.threshold_record(x) AS threshold,
      coalesce(x.credits, ceil(holdfast.cycle_credits(a.account_id) * x.percent / 100.0)::bigint) AS credits
    FROM holdfast.low_balance_thresholds AS x WHERE x.account_id = a.account_id ORDER BY x.position
  LOOP
    -- A share of nothing is no threshold: without a subscription there is no cycle.
    CONTINUE WHEN t.below IS NOT DISTINCT FROM coalesce(v_left < t.credits, false);
    UPDATE holdfast.low_balance_thresholds SET below = NOT t.below WHERE account_id = a.account_id AND position = t.position;
    IF NOT t.below THEN
      PERFORM holdfast.write_notice(a.account_id, 'balance-low', jsonb_build_object('left', v_left, 'available', p_available,
        'threshold', t.threshold, 'thresholdCredits', t.credits), NULL, p_at);
    END IF;
  END LOOP;
END $$;


--
-- Name: tell_ran_dry(text, bigint, text, bigint, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.tell_ran_dry(p_account_id text, p_available bigint, p_request_id text, p_required bigint, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_reserved bigint;
BEGIN
  UPDATE holdfast.accounts SET ran_dry = true WHERE account_id = p_account_id AND NOT ran_dry RETURNING reserved INTO v_reserved;
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM holdfast.write_notice(p_account_id, 'ran-dry', jsonb_strip_nulls(jsonb_build_object('left', p_available + v_reserved,
    'available', p_available, 'requestId', p_request_id, 'required', p_required)), NULL, p_at);
END $$;


--
-- Name: tell_top_up_failed(holdfast.purchases, timestamp with time zone, boolean, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.tell_top_up_failed(p holdfast.purchases, p_retry_at timestamp with time zone, p_stopped boolean, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM holdfast.write_notice(p.account_id, 'top-up-failed', jsonb_build_object('packId', p.pack_id,
    'purchaseId', p.purchase_id, 'priceCents', p.price_cents, 'currency', p.currency, 'reason', p.reason,
    'retryAt', holdfast.iso(p_retry_at), 'stopped', p_stopped), 'declined:' || p.purchase_id, p_at);
END $$;


--
-- Name: temporal_identity(text, text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.temporal_identity(p_cluster_id text, p_namespace_id text, p_namespace text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO holdfast.temporal_identity (cluster_id, namespace_id, namespace, recorded_at)
  VALUES (p_cluster_id, p_namespace_id, p_namespace, holdfast.clock()) ON CONFLICT DO NOTHING;
  RETURN (SELECT jsonb_build_object('clusterId', cluster_id, 'namespaceId', namespace_id, 'namespace', namespace)
          FROM holdfast.temporal_identity);
END $$;


--
-- Name: low_balance_thresholds; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.low_balance_thresholds (
    account_id text NOT NULL,
    "position" smallint NOT NULL,
    credits bigint,
    percent smallint,
    below boolean DEFAULT false NOT NULL,
    CONSTRAINT low_balance_thresholds_in_range CHECK (((credits > 0) AND ((percent >= 1) AND (percent <= 100)))),
    CONSTRAINT low_balance_thresholds_one_measure CHECK ((num_nulls(credits, percent) = 1))
);


--
-- Name: threshold_record(holdfast.low_balance_thresholds); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.threshold_record(t holdfast.low_balance_thresholds) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object('credits', t.credits, 'percentOfCycle', t.percent))
$$;


--
-- Name: ticket_over(holdfast.reservations, bigint, text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.ticket_over(r holdfast.reservations, p_credits bigint, p_obstacle text, p_at timestamp with time zone) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT CASE WHEN p_at >= r.wait_until THEN 'WAIT_TIMED_OUT' WHEN p_credits > r.admitted_credits THEN 'PRICE_CHANGED'
    WHEN p_obstacle = 'GENERATION_LIMIT_EXCEEDED' THEN p_obstacle END
$$;


--
-- Name: ticket_record(holdfast.reservations, bigint, numeric); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.ticket_record(r holdfast.reservations, p_place bigint, p_ahead numeric) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT jsonb_build_object('requestId', r.request_id, 'kind', r.body->'kind', 'place', p_place, 'required', r.waits_for,
    'requiredAhead', p_ahead, 'since', holdfast.iso(r.waiting_since), 'until', holdfast.iso(r.wait_until))
$$;


--
-- Name: top_up_declined(holdfast.purchases, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.top_up_declined(p holdfast.purchases, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  s holdfast.account_settings;
BEGIN
  UPDATE holdfast.account_settings SET top_up_failures = top_up_failures + 1,
    top_up_retry_at = CASE top_up_failures WHEN 0 THEN p_at + interval '1 hour' WHEN 1 THEN p_at + interval '6 hours' END,
    top_up_stopped_why = CASE WHEN top_up_failures >= 2 THEN p.reason END
  WHERE account_id = p.account_id RETURNING * INTO s;
  PERFORM holdfast.tell_top_up_failed(p, CASE WHEN s.top_up_pack_id IS NOT NULL THEN s.top_up_retry_at END,
    s.top_up_stopped_why IS NOT NULL, p_at);
  IF s.top_up_retry_at IS NOT NULL THEN PERFORM holdfast.post_message(p.account_id, 'top-up', '', p_at); END IF;
END $$;


--
-- Name: top_up_obstacle(holdfast.accounts, holdfast.account_settings, bigint, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.top_up_obstacle(a holdfast.accounts, s holdfast.account_settings, p_available bigint, p_at timestamp with time zone) RETURNS text
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  v_pack     jsonb := holdfast.pack_on_sale(s.top_up_pack_id, p_at);
  v_left     bigint := p_available - a.waited_for;
  v_obstacle text;
BEGIN
  IF s.top_up_pack_id IS NULL THEN RETURN 'off'; END IF;
  IF v_left >= s.top_up_below OR v_left + holdfast.due_credits(a, p_at) >= s.top_up_below THEN RETURN 'enough'; END IF;
  IF EXISTS (SELECT FROM holdfast.purchases WHERE account_id = a.account_id AND automatic AND resolved_at IS NULL) THEN
    RETURN 'pending';
  END IF;
  IF s.top_up_stopped_why IS NOT NULL THEN RETURN 'stopped'; END IF;
  v_obstacle := holdfast.unasked_obstacle(a, p_at);
  IF v_obstacle IS NOT NULL THEN RETURN v_obstacle; END IF;
  IF v_pack IS NULL THEN RETURN 'pack-not-sold'; END IF;
  IF holdfast.is_price_changed(s, v_pack) THEN RETURN 'price-changed'; END IF;
  v_obstacle := holdfast.pack_obstacle(a, (v_pack->>'credits')::bigint, p_at);
  IF v_obstacle IS NOT NULL THEN
    RETURN CASE v_obstacle WHEN 'SUBSCRIPTION_REQUIRED' THEN 'no-subscription' ELSE 'balance-limit' END;
  END IF;
  IF holdfast.topped_up_this_month(a.account_id, p_at) + (v_pack->>'priceCents')::bigint > s.top_up_cap_cents THEN
    RETURN 'monthly-cap';
  END IF;
  RETURN CASE WHEN s.top_up_retry_at > p_at THEN 'backing-off' END;
END $$;


--
-- Name: top_up_step(holdfast.purchases); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.top_up_step(p holdfast.purchases) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT jsonb_build_object('result', jsonb_build_object('step', 'buy',
    'purchase', p.body || jsonb_build_object('accountId', p.account_id, 'purchaseId', p.purchase_id)))
$$;


--
-- Name: topped_up_this_month(text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.topped_up_this_month(p_account_id text, p_at timestamp with time zone) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
  SELECT coalesce(sum(p.price_cents), 0)::bigint
  FROM holdfast.purchases AS p JOIN holdfast.account_settings AS s USING (account_id)
  WHERE p.account_id = p_account_id AND p.automatic AND p.currency = coalesce(s.top_up_currency, p.currency)
    AND (p.status = 'open' OR (p.status = 'granted'
      AND p.resolved_at >= date_trunc('month', p_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'))
$$;


--
-- Name: unasked_obstacle(holdfast.accounts, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.unasked_obstacle(a holdfast.accounts, p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT CASE
    WHEN EXISTS (SELECT FROM holdfast.subscriptions
      WHERE account_id = a.account_id AND status = 'active' AND cancel_at_period_end) THEN 'subscription-cancelled'
    -- It could use no credits, and whoever has stopped it may be in dispute over a payment.
    WHEN EXISTS (SELECT FROM holdfast.stops WHERE account_id IN (a.account_id, '*') AND kind = '*') THEN 'admissions-stopped'
  END
$$;


--
-- Name: unattended_accounts(timestamp with time zone, timestamp with time zone, text, integer); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.unattended_accounts(p_due_by timestamp with time zone, p_written_by timestamp with time zone, p_after_account_id text, p_limit integer) RETURNS SETOF jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT jsonb_build_object('accountId', account_id) FROM (
    SELECT account_id FROM holdfast.outbox WHERE written_at <= p_written_by
    UNION SELECT account_id FROM holdfast.reservations WHERE state = 'waiting'
    UNION SELECT account_id FROM holdfast.accounts WHERE next_notice_at IS NOT NULL AND next_notice_at <= p_due_by
    UNION SELECT account_id FROM holdfast.notices WHERE status = 'pending' AND look_from <= p_due_by
  ) AS unattended
  WHERE account_id > coalesce(p_after_account_id, '')
  ORDER BY account_id LIMIT p_limit
$$;


--
-- Name: unfinished_purchases(timestamp with time zone, timestamp with time zone, text, text, integer); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.unfinished_purchases(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_after_purchase_id text, p_limit integer) RETURNS SETOF jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT jsonb_build_object('at', holdfast.iso(p.look_from), 'accountId', p.account_id, 'purchaseId', p.purchase_id,
    'status', p.status, 'body', p.body)
  FROM holdfast.purchases AS p
  WHERE p.resolved_at IS NULL AND p.look_from <= p_due_by
    AND (p.look_from, p.account_id, p.purchase_id)
      > (coalesce(p_after_at, '-infinity'), coalesce(p_after_account_id, ''), coalesce(p_after_purchase_id, ''))
  ORDER BY p.look_from, p.account_id, p.purchase_id
  LIMIT p_limit
$$;


--
-- Name: unwatched_subscriptions(timestamp with time zone, timestamp with time zone, text, integer); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.unwatched_subscriptions(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer) RETURNS SETOF jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT jsonb_build_object('at', holdfast.iso(s.look_from), 'accountId', s.account_id, 'subscriptionId', s.subscription_id)
  FROM holdfast.subscriptions AS s
  WHERE s.status = 'active' AND s.look_from <= p_due_by
    AND (s.look_from, s.account_id) > (coalesce(p_after_at, '-infinity'), coalesce(p_after_account_id, ''))
  ORDER BY s.look_from, s.account_id
  LIMIT p_limit
$$;


--
-- Name: upgrade_plan(holdfast.cycles, text, jsonb, text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.upgrade_plan(c holdfast.cycles, p_plan_id text, p_plan jsonb, p_reference text, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_credits bigint := (p_plan->>'credits')::bigint;
BEGIN
  UPDATE holdfast.cycles SET plan_id = p_plan_id
  WHERE account_id = c.account_id AND subscription_id = c.subscription_id AND cycle >= c.cycle
    AND holdfast.same_length(length, c.length) AND holdfast.plan_credits(plan_id, length, greatest(starts_at, p_at)) < v_credits;
  UPDATE holdfast.subscriptions AS s SET scheduled_plan_id = NULL, plan_id = last.plan_id
  FROM holdfast.cycles AS last
  WHERE s.account_id = c.account_id AND s.subscription_id = c.subscription_id AND last.account_id = s.account_id
    AND last.subscription_id = s.subscription_id AND last.cycle = s.paid_cycle;
  INSERT INTO holdfast.payments
  VALUES (c.account_id, p_reference, c.subscription_id, c.cycle, 'upgrade', p_plan_id, p_at, p_at);
  SELECT v_credits - coalesce(sum(credits), 0) INTO v_credits FROM holdfast.grants
    WHERE account_id = c.account_id AND subscription_id = c.subscription_id AND cycle = c.cycle;
  SELECT * INTO c FROM holdfast.cycles
    WHERE account_id = c.account_id AND subscription_id = c.subscription_id AND cycle = c.cycle;
  RETURN jsonb_build_array(holdfast.grant_for_cycle(c.account_id, 'upgrade:' || p_reference, c, v_credits, p_at));
END $$;


--
-- Name: used_reference(text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.used_reference(p_account_id text, p_reference text) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT holdfast.refusal('IDEMPOTENCY_CONFLICT', jsonb_build_object('key', reference, 'earlier', jsonb_build_object(
    'subscriptionId', subscription_id, 'cycle', cycle, 'pays', pays, 'paidAt', holdfast.iso(paid_at))))
  FROM holdfast.payments WHERE account_id = p_account_id AND reference = p_reference
$$;


--
-- Name: violations(); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.violations() RETURNS TABLE(invariant text, account_id text, detail jsonb)
    LANGUAGE sql STABLE
    AS $$
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


--
-- Name: wait_refused(jsonb, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.wait_refused(p_wait jsonb, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT CASE WHEN (p_wait->>'until')::timestamptz <= p_at OR (p_wait->>'until')::timestamptz > p_at + interval '366 days'
    THEN holdfast.refusal('WAIT_DEADLINE_IN_PAST', jsonb_build_object('waitUntil', p_wait->'until', 'now', holdfast.iso(p_at))) END
$$;


--
-- Name: waiting_place(text, text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.waiting_place(p_account_id text, p_request_id text) RETURNS jsonb
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT holdfast.queue_outline(p_account_id) || jsonb_build_object('ticket', (
    SELECT holdfast.ticket_record(r, ahead.tickets + 1, coalesce(ahead.credits, 0))
    FROM holdfast.reservations AS r, LATERAL (
      SELECT count(*) AS tickets, sum(w.waits_for) AS credits FROM holdfast.reservations AS w
      WHERE w.account_id = r.account_id AND w.state = 'waiting' AND w.ticket < r.ticket
    ) AS ahead
    WHERE r.account_id = p_account_id AND r.request_id = p_request_id AND r.state = 'waiting'))
$$;


--
-- Name: waiting_queue(text); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.waiting_queue(p_account_id text) RETURNS jsonb
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT holdfast.queue_outline(p_account_id) || jsonb_build_object('tickets', (
    SELECT coalesce(jsonb_agg(holdfast.ticket_record(t.r, t.place, t.ahead) ORDER BY t.place), '[]')
    FROM (
      SELECT r, row_number() OVER queue AS place, sum(r.waits_for) OVER queue - r.waits_for AS ahead
      FROM holdfast.reservations AS r WHERE r.account_id = p_account_id AND r.state = 'waiting'
      WINDOW queue AS (ORDER BY r.ticket)
    ) AS t))
$$;


--
-- Name: wake_head(holdfast.accounts, bigint, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.wake_head(a holdfast.accounts, p_available bigint, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  r          holdfast.reservations;
  v_obstacle text;
BEGIN
  IF a.waited_for = 0 THEN RETURN; END IF;
  SELECT * INTO r FROM holdfast.reservations WHERE account_id = a.account_id AND state = 'waiting' ORDER BY ticket LIMIT 1;
  IF r.woken_at > p_at - interval '1 minute' THEN RETURN; END IF;
  v_obstacle := holdfast.admission_obstacle(a, a.account_id, r.body->>'kind', r.waits_for, p_at)->'refusal'->>'code';
  IF (p_available >= r.waits_for AND v_obstacle IS NULL) OR v_obstacle = 'GENERATION_LIMIT_EXCEEDED'
    OR r.wait_until <= p_at OR r.catalog_version <> holdfast.effective_version(p_at) THEN
    UPDATE holdfast.reservations SET woken_at = p_at WHERE account_id = a.account_id AND request_id = r.request_id;
    PERFORM holdfast.post_message(a.account_id, 'wake', r.request_id, p_at);
  END IF;
END $$;


--
-- Name: watch_purchase(text, text, bigint); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.watch_purchase(p_account_id text, p_purchase_id text, p_for_ms bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  UPDATE holdfast.purchases SET look_from = holdfast.clock() + p_for_ms * interval '1 millisecond'
  WHERE account_id = p_account_id AND purchase_id = p_purchase_id AND resolved_at IS NULL
$$;


--
-- Name: watch_subscription(text, text, bigint); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.watch_subscription(p_account_id text, p_subscription_id text, p_for_ms bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  UPDATE holdfast.subscriptions SET look_from = holdfast.clock() + p_for_ms * interval '1 millisecond'
  WHERE account_id = p_account_id AND subscription_id = p_subscription_id AND status = 'active'
$$;


--
-- Name: write_notice(text, text, jsonb, text, timestamp with time zone); Type: FUNCTION; Schema: holdfast; Owner: -
--

CREATE FUNCTION holdfast.write_notice(p_account_id text, p_type text, p_data jsonb, p_subject text, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO holdfast.notices (account_id, notice_id, type, data, at, subject, look_from)
  SELECT p_account_id, coalesce(max(notice_id), 0) + 1, p_type, p_data, p_at, p_subject, p_at + interval '1 hour'
  FROM holdfast.notices WHERE account_id = p_account_id
  ON CONFLICT (account_id, subject) DO NOTHING;
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE holdfast.accounts SET watched = true WHERE account_id = p_account_id;
  PERFORM holdfast.post_message(p_account_id, 'notices', '', p_at);
END $$;


--
-- Name: catalog_versions; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.catalog_versions (
    version integer NOT NULL,
    effective_from timestamp with time zone NOT NULL,
    document jsonb NOT NULL
);


--
-- Name: entries; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.entries (
    account_id text NOT NULL,
    version bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    type text NOT NULL,
    available_delta bigint NOT NULL,
    reserved_delta bigint NOT NULL,
    grant_ids bigint[] NOT NULL,
    remainder_deltas bigint[] NOT NULL,
    reserved_deltas bigint[] NOT NULL,
    available_after bigint NOT NULL,
    reserved_after bigint NOT NULL,
    spent_after bigint NOT NULL,
    expired_after bigint NOT NULL,
    deducted_after bigint NOT NULL,
    granted_after bigint NOT NULL,
    request_id text,
    grant_id bigint,
    reason text,
    by_name text,
    CONSTRAINT entries_balances_add_up CHECK ((granted_after = ((((available_after + reserved_after) + spent_after) + expired_after) + deducted_after))),
    CONSTRAINT entries_deltas_fit_type CHECK (
CASE type
    WHEN 'grant'::text THEN ((available_delta > 0) AND (reserved_delta = 0) AND (grant_id IS NOT NULL))
    WHEN 'reserve'::text THEN ((available_delta < 0) AND (reserved_delta = (- available_delta)) AND (request_id IS NOT NULL))
    WHEN 'commit'::text THEN ((available_delta >= 0) AND (reserved_delta <= (- available_delta)) AND (request_id IS NOT NULL))
    WHEN 'release'::text THEN ((available_delta > 0) AND (reserved_delta = (- available_delta)) AND (request_id IS NOT NULL))
    WHEN 'expire'::text THEN ((available_delta < 0) AND (reserved_delta = 0) AND (grant_id IS NOT NULL))
    WHEN 'deduct'::text THEN ((available_delta < 0) AND (reserved_delta = 0) AND (by_name IS NOT NULL))
    ELSE false
END)
);


--
-- Name: grants; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.grants (
    account_id text NOT NULL,
    grant_id bigint NOT NULL,
    source text NOT NULL,
    priority smallint NOT NULL,
    credits bigint NOT NULL,
    remaining bigint NOT NULL,
    cost_cents bigint NOT NULL,
    currency text NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    term integer,
    has_remainder boolean GENERATED ALWAYS AS ((remaining > 0)) STORED NOT NULL,
    subscription_id text,
    cycle integer,
    CONSTRAINT grants_cost_not_negative CHECK ((cost_cents >= 0)),
    CONSTRAINT grants_credits_positive CHECK ((credits > 0)),
    CONSTRAINT grants_currency_is_iso_4217 CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT grants_cycle_is_of_plan CHECK ((((subscription_id IS NULL) = (cycle IS NULL)) AND ((cycle IS NULL) OR ((source = 'plan'::text) AND (term IS NOT NULL))))),
    CONSTRAINT grants_end_is_own_or_of_term CHECK (((ends_at IS NULL) <> (term IS NULL))),
    CONSTRAINT grants_promotion_has_own_end CHECK (((source <> 'promotion'::text) OR (ends_at IS NOT NULL))),
    CONSTRAINT grants_remaining_in_range CHECK (((remaining >= 0) AND (remaining <= credits))),
    CONSTRAINT grants_source_known CHECK ((source = ANY (ARRAY['plan'::text, 'pack'::text, 'promotion'::text, 'adjustment'::text])))
)
WITH (fillfactor='60');


--
-- Name: history; Type: VIEW; Schema: holdfast; Owner: -
--

CREATE VIEW holdfast.history AS
 SELECT e.account_id,
    e.version,
    e.at,
    e.type,
    e.available_delta,
    e.reserved_delta,
    e.available_after,
    e.reserved_after,
    e.request_id,
    e.grant_id,
    e.reason,
    e.by_name,
    (r.body -> 'metadata'::text) AS metadata,
    (r.body ->> 'kind'::text) AS kind,
        CASE
            WHEN (e.grant_id IS NOT NULL) THEN holdfast.grant_origin(e.account_id, e.grant_id)
            ELSE NULL::jsonb
        END AS origin
   FROM (holdfast.entries e
     LEFT JOIN holdfast.reservations r ON (((r.account_id = e.account_id) AND (r.request_id = e.request_id))));


--
-- Name: live_subscriptions; Type: VIEW; Schema: holdfast; Owner: -
--

CREATE VIEW holdfast.live_subscriptions AS
 SELECT s.account_id,
    s.subscription_id,
    s.plan_id,
    s.scheduled_plan_id,
    ARRAY( SELECT c.plan_id
           FROM holdfast.cycles c
          WHERE ((c.account_id = s.account_id) AND (c.subscription_id = s.subscription_id) AND (c.cycle >= s.granted_cycle))
        UNION
         SELECT COALESCE(s.scheduled_plan_id, s.plan_id) AS "coalesce") AS plan_ids,
    s.time_zone,
    s.cycle AS cycle_length,
    s.paid_cycle,
    last.ends_at AS paid_until,
    a.valid_until,
    s.cancel_at_period_end
   FROM ((holdfast.subscriptions s
     JOIN holdfast.accounts a ON ((a.account_id = s.account_id)))
     JOIN holdfast.cycles last ON (((last.account_id = s.account_id) AND (last.subscription_id = s.subscription_id) AND (last.cycle = s.paid_cycle))))
  WHERE ((s.status = 'active'::text) AND holdfast.is_live(a.valid_until, a.last_entry_at));


--
-- Name: outbox_messages; Type: SEQUENCE; Schema: holdfast; Owner: -
--

CREATE SEQUENCE holdfast.outbox_messages
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: outbox; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.outbox (
    account_id text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    message_id bigint DEFAULT nextval('holdfast.outbox_messages'::regclass) NOT NULL,
    written_at timestamp with time zone NOT NULL,
    CONSTRAINT outbox_kind_known CHECK ((kind = ANY (ARRAY['wake'::text, 'notices'::text, 'top-up'::text])))
);


--
-- Name: payments; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.payments (
    account_id text NOT NULL,
    reference text NOT NULL,
    subscription_id text NOT NULL,
    cycle integer NOT NULL,
    pays text NOT NULL,
    plan_id text NOT NULL,
    paid_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT payments_paid_before_recorded CHECK ((paid_at <= recorded_at)),
    CONSTRAINT payments_pays_known CHECK ((pays = ANY (ARRAY['cycle'::text, 'upgrade'::text]))),
    CONSTRAINT payments_reference_valid CHECK ((reference ~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$'::text))
);


--
-- Name: schema_migrations; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.schema_migrations (
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


--
-- Name: temporal_identity; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.temporal_identity (
    only_one boolean DEFAULT true NOT NULL,
    cluster_id text NOT NULL,
    namespace_id text NOT NULL,
    namespace text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT temporal_identity_only_one CHECK (only_one)
);


--
-- Name: terms; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.terms (
    account_id text NOT NULL,
    change integer NOT NULL,
    at timestamp with time zone NOT NULL,
    term integer NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    CONSTRAINT terms_numbers_positive CHECK (((change > 0) AND (term > 0)))
);


--
-- Name: test_clock; Type: TABLE; Schema: holdfast; Owner: -
--

CREATE TABLE holdfast.test_clock (
    only_one boolean DEFAULT true NOT NULL,
    set_to timestamp with time zone NOT NULL,
    CONSTRAINT test_clock_only_one CHECK (only_one)
);


--
-- Data for Name: account_settings; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.account_settings VALUES ('owner', 500, 120, 3, 'pack-300', 10, 20000, 'card-1', 0, NULL, NULL, 0, 9900, 'USD');
INSERT INTO holdfast.account_settings VALUES ('automatic', NULL, NULL, NULL, 'pack-125', 1000, 6000, NULL, 0, NULL, NULL, 1, 5200, 'USD');
INSERT INTO holdfast.account_settings VALUES ('stuck-card', NULL, NULL, NULL, 'pack-125', 1000, 6000, NULL, 3, NULL, 'card-declined', 3, 5200, 'USD');
INSERT INTO holdfast.account_settings VALUES ('topper', NULL, NULL, NULL, 'pack-125', 1000, 20000, 'simulate-declined', 1, '2026-11-28 13:00:00+00', NULL, 1, 5200, 'USD');


--
-- Data for Name: accounts; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.accounts VALUES ('longer', 2, '2026-10-11 10:00:00+00', 1, '2027-10-11 10:00:00+00', 680, 0, 0, 0, 0, 680, 0, 0, 0, 0, NULL, 0, false, false, '2026-11-06 10:00:00+00');
INSERT INTO holdfast.accounts VALUES ('acme', 14, '2026-11-28 11:58:00+00', 1, '2026-12-07 11:00:00+00', 520, 300, 3, 32, 5, 860, 0, 0, 0, 1, '2026-11-28', 300, false, false, '2026-09-13 00:00:00+00');
INSERT INTO holdfast.accounts VALUES ('stuck-card', 1, '2026-11-16 12:00:00+00', 1, '2026-12-18 12:00:00+00', 180, 0, 0, 0, 0, 180, 0, 0, 0, 0, NULL, 0, true, false, '2026-12-11 12:00:00+00');
INSERT INTO holdfast.accounts VALUES ('ended', 2, '2026-09-10 12:00:00+00', 1, '2026-09-10 12:00:00+00', 0, 0, 0, 800, 0, 800, 1, 0, 0, 0, NULL, 0, false, false, '2026-10-03 12:00:00+00');
INSERT INTO holdfast.accounts VALUES ('owner', 3, '2026-11-15 12:00:00+00', 1, '2026-12-17 12:00:00+00', 80, 0, 100, 0, 0, 180, 0, 0, 0, 0, '2026-11-15', 100, true, false, '2026-12-10 12:00:00+00');
INSERT INTO holdfast.accounts VALUES ('superseded', 4, '2026-11-11 13:30:00+00', 2, '2026-12-12 13:30:00+00', 360, 0, 0, 800, 0, 1160, 0, 0, 0, 0, NULL, 0, false, false, '2026-10-03 12:00:00+00');
INSERT INTO holdfast.accounts VALUES ('lapsed', 3, '2026-11-11 13:30:00+00', 2, '2026-12-13 13:30:00+00', 800, 0, 0, 800, 0, 1600, 1, 0, 0, 0, NULL, 0, false, false, '2026-10-03 12:00:00+00');
INSERT INTO holdfast.accounts VALUES ('missed-cycle', 1, '2026-10-28 11:59:00+00', 1, '2026-12-30 11:59:00+00', 180, 0, 0, 0, 0, 180, 0, 0, 0, 0, NULL, 0, false, false, '2026-11-23 11:59:00+00');
INSERT INTO holdfast.accounts VALUES ('buyer', 1, '2026-11-25 12:00:00+00', 1, '2026-12-27 12:00:00+00', 180, 0, 0, 0, 0, 180, 0, 0, 0, 0, NULL, 0, false, false, '2026-12-20 12:00:00+00');
INSERT INTO holdfast.accounts VALUES ('automatic', 2, '2026-11-16 12:00:00+00', 1, '2026-12-18 12:00:00+00', 305, 0, 0, 0, 0, 305, 0, 0, 0, 0, NULL, 0, true, false, '2026-12-01 00:00:00+00');
INSERT INTO holdfast.accounts VALUES ('setter', 1, '2026-11-25 12:00:00+00', 0, NULL, 3, 0, 0, 0, 0, 3, 0, 0, 0, 0, NULL, 0, false, false, '2027-05-25 00:00:00+00');
INSERT INTO holdfast.accounts VALUES ('lost-buyer', 1, '2026-11-25 12:00:00+00', 1, '2026-12-27 12:00:00+00', 180, 0, 0, 0, 0, 180, 0, 0, 0, 0, NULL, 0, false, false, '2026-12-20 12:00:00+00');
INSERT INTO holdfast.accounts VALUES ('ends-soon', 1, '2026-11-25 12:00:00+00', 0, NULL, 7, 0, 0, 0, 0, 7, 0, 0, 0, 0, NULL, 0, false, false, '2026-11-27 11:00:00+00');
INSERT INTO holdfast.accounts VALUES ('topper', 1, '2026-11-25 12:00:00+00', 1, '2026-12-27 12:00:00+00', 180, 0, 0, 0, 0, 180, 0, 0, 0, 0, NULL, 0, true, false, '2026-12-20 12:00:00+00');
INSERT INTO holdfast.accounts VALUES ('grantee', 1, '2026-11-25 12:00:00+00', 0, NULL, 3, 0, 0, 0, 0, 3, 0, 0, 0, 0, NULL, 0, false, false, '2027-05-25 00:00:00+00');
INSERT INTO holdfast.accounts VALUES ('late-payer', 2, '2026-11-28 12:00:00+00', 1, '2026-11-28 12:00:00+00', 0, 0, 0, 180, 0, 180, 1, 0, 0, 0, NULL, 0, false, false, '2026-12-20 12:00:00+00');
INSERT INTO holdfast.accounts VALUES ('parked', 1, '2026-11-25 12:00:00+00', 0, NULL, 3, 0, 0, 0, 0, 3, 0, 2, 20, 0, NULL, 0, true, true, '2027-05-25 00:00:00+00');
INSERT INTO holdfast.accounts VALUES ('woken', 2, '2026-11-28 11:58:00+00', 0, NULL, 23, 0, 0, 0, 0, 23, 0, 1, 10, 0, NULL, 0, true, false, '2027-05-25 00:00:00+00');
INSERT INTO holdfast.accounts VALUES ('subscriber', 2, '2026-11-10 12:00:01+00', 1, '2027-01-12 12:00:00+00', 360, 0, 0, 0, 0, 360, 0, 0, 0, 0, NULL, 0, false, false, '2026-11-05 12:00:00+00');
INSERT INTO holdfast.accounts VALUES ('leaver', 1, '2026-10-28 11:20:00+00', 1, '2026-11-28 11:20:00+00', 180, 0, 0, 0, 0, 180, 0, 0, 0, 0, NULL, 0, false, false, '2026-11-23 11:20:00+00');
INSERT INTO holdfast.accounts VALUES ('studio', 2, '2026-11-28 12:00:00+00', 0, NULL, 48, 2, 0, 0, 0, 50, 0, 0, 0, 1, '2026-11-28', 2, false, false, '2027-05-25 00:00:00+00');
INSERT INTO holdfast.accounts VALUES ('dreamer', 1, '2026-11-28 12:00:00+00', 0, NULL, 3, 0, 0, 0, 0, 3, 0, 1, 10, 0, NULL, 0, true, true, '2027-05-25 00:00:00+00');
INSERT INTO holdfast.accounts VALUES ('gone', 2, '2026-11-28 12:00:00+00', 0, NULL, 0, 0, 0, 0, 5, 5, 0, 0, 0, 0, NULL, 0, true, true, '2027-05-25 00:00:00+00');
INSERT INTO holdfast.accounts VALUES ('unreachable', 2, '2026-11-28 12:00:00+00', 0, NULL, 0, 0, 0, 0, 5, 5, 0, 0, 0, 0, NULL, 0, true, true, '2027-05-25 00:00:00+00');


--
-- Data for Name: catalog_versions; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.catalog_versions VALUES (1, '2020-01-01 00:00:00+00', '{"kinds": {"ai-avatar": {"name": "AI Avatar", "price": {"credits": 1, "perSeconds": 3}, "timeLimitSeconds": 1800}, "text-to-image": {"name": "Text to Image", "price": {"credits": 2}, "timeLimitSeconds": 600}, "text-to-speech": {"name": "Text to Speech", "price": {"credits": 2}, "timeLimitSeconds": 600}, "text-to-video-veo3": {"name": "Text to Video (Veo3)", "price": {"credits": 3, "perSeconds": 1, "creditsWithAudio": 5}, "maxSeconds": 8, "timeLimitSeconds": 1800}, "text-to-video-bytedance": {"name": "Text to Video (ByteDance)", "price": {"credits": 3, "perSeconds": 2}, "timeLimitSeconds": 1800}}, "packs": {"pack-125": {"credits": 125, "currency": "USD", "priceCents": 4900}, "pack-300": {"credits": 300, "currency": "USD", "priceCents": 9900}, "pack-450": {"credits": 450, "currency": "USD", "priceCents": 14900}}, "plans": {"lite-yearly": {"name": "Lite Yearly", "cycle": "P1Y", "credits": 300}, "lite-monthly": {"name": "Lite Monthly", "cycle": "P1M", "credits": 150}, "advanced-yearly": {"name": "Advanced Yearly", "cycle": "P1Y", "credits": 1200}, "advanced-monthly": {"name": "Advanced Monthly", "cycle": "P1M", "credits": 800}, "professional-yearly": {"name": "Professional Yearly", "cycle": "P1Y", "credits": 500}, "professional-monthly": {"name": "Professional Monthly", "cycle": "P1M", "credits": 350}}, "version": 1, "effectiveFrom": "2020-01-01T00:00:00Z"}');
INSERT INTO holdfast.catalog_versions VALUES (2, '2026-10-01 00:00:00+00', '{"kinds": {"ai-avatar": {"name": "AI Avatar", "price": {"credits": 1, "perSeconds": 3}, "timeLimitSeconds": 1800}, "text-to-image": {"name": "Text to Image", "price": {"credits": 2}, "timeLimitSeconds": 600}, "text-to-speech": {"name": "Text to Speech", "price": {"credits": 2}, "timeLimitSeconds": 600}, "text-to-video-veo3": {"name": "Text to Video (Veo3)", "price": {"credits": 3, "perSeconds": 1, "creditsWithAudio": 5}, "maxSeconds": 8, "timeLimitSeconds": 1800}, "text-to-video-bytedance": {"name": "Text to Video (ByteDance)", "price": {"credits": 3, "perSeconds": 2}, "timeLimitSeconds": 1800}}, "packs": {"pack-125": {"credits": 125, "currency": "USD", "priceCents": 5200}, "pack-300": {"credits": 300, "currency": "USD", "priceCents": 9900}, "pack-450": {"credits": 450, "currency": "USD", "priceCents": 14900}}, "plans": {"lite-yearly": {"name": "Lite Yearly", "cycle": "P1Y", "credits": 300}, "lite-monthly": {"name": "Lite Monthly", "cycle": "P1M", "credits": 180}, "advanced-yearly": {"name": "Advanced Yearly", "cycle": "P1Y", "credits": 1200}, "advanced-monthly": {"name": "Advanced Monthly", "cycle": "P1M", "credits": 800}, "professional-yearly": {"name": "Professional Yearly", "cycle": "P1Y", "credits": 500}, "professional-monthly": {"name": "Professional Monthly", "cycle": "P1M", "credits": 350}}, "version": 2, "renewalGrace": "P2D", "effectiveFrom": "2026-10-01T00:00:00.000Z", "settlementWindow": "PT1H"}');
INSERT INTO holdfast.catalog_versions VALUES (3, '2027-03-01 00:00:00+00', '{"kinds": {"ai-avatar": {"name": "AI Avatar", "price": {"credits": 1, "perSeconds": 3}, "timeLimitSeconds": 1800}, "text-to-image": {"name": "Text to Image", "price": {"credits": 2}, "timeLimitSeconds": 600}, "text-to-speech": {"name": "Text to Speech", "price": {"credits": 2}, "timeLimitSeconds": 600}, "text-to-video-veo3": {"name": "Text to Video (Veo3)", "price": {"credits": 3, "perSeconds": 1, "creditsWithAudio": 5}, "maxSeconds": 8, "timeLimitSeconds": 1800}, "text-to-video-bytedance": {"name": "Text to Video (ByteDance)", "price": {"credits": 3, "perSeconds": 2}, "timeLimitSeconds": 1800}}, "packs": {"pack-125": {"credits": 125, "currency": "USD", "priceCents": 5200}, "pack-300": {"credits": 300, "currency": "USD", "priceCents": 9900}, "pack-450": {"credits": 450, "currency": "USD", "priceCents": 14900}}, "plans": {"lite-yearly": {"name": "Lite Yearly", "cycle": "P1Y", "credits": 300}, "lite-monthly": {"name": "Lite Monthly", "cycle": "P1M", "credits": 180}, "advanced-yearly": {"name": "Advanced Yearly", "cycle": "P1Y", "credits": 1200}, "advanced-monthly": {"name": "Advanced Monthly", "cycle": "P1M", "credits": 800}, "professional-yearly": {"name": "Professional Yearly", "cycle": "P1Y", "credits": 500}, "professional-monthly": {"name": "Professional Monthly", "cycle": "P1M", "credits": 350}}, "version": 3, "renewalGrace": "P2D", "effectiveFrom": "2027-03-01T00:00:00.000Z", "settlementWindow": "PT1H"}');


--
-- Data for Name: cycles; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.cycles VALUES ('acme', 's-1', 1, 1, 'lite-monthly', 'P1M', '2026-09-05 10:00:00+00', '2026-10-05 10:00:00+00', 1);
INSERT INTO holdfast.cycles VALUES ('acme', 's-1', 2, 1, 'professional-monthly', 'P1M', '2026-10-05 10:00:00+00', '2026-11-05 11:00:00+00', 10);
INSERT INTO holdfast.cycles VALUES ('longer', 's-1', 1, 1, 'lite-monthly', 'P1M', '2026-10-11 10:00:00+00', '2026-10-11 10:00:00+00', 1);
INSERT INTO holdfast.cycles VALUES ('longer', 's-1', 2, 1, 'professional-yearly', 'P1Y', '2026-10-11 10:00:00+00', '2027-10-11 10:00:00+00', 2);
INSERT INTO holdfast.cycles VALUES ('acme', 's-1', 3, 1, 'lite-monthly', 'P1M', '2026-11-05 11:00:00+00', '2026-12-05 11:00:00+00', 12);
INSERT INTO holdfast.cycles VALUES ('ended', 's-1', 1, 1, 'advanced-monthly', 'P1M', '2026-09-10 12:00:00+00', '2026-10-10 12:00:00+00', 1);
INSERT INTO holdfast.cycles VALUES ('lapsed', 's-1', 1, 1, 'advanced-monthly', 'P1M', '2026-09-10 12:00:00+00', '2026-10-10 12:00:00+00', 1);
INSERT INTO holdfast.cycles VALUES ('superseded', 's-1', 1, 1, 'advanced-monthly', 'P1M', '2026-09-10 12:00:00+00', '2026-10-10 12:00:00+00', 1);
INSERT INTO holdfast.cycles VALUES ('superseded', 's-2', 1, 2, 'lite-monthly', 'P1M', '2026-10-10 13:30:00+00', '2026-11-10 13:30:00+00', 3);
INSERT INTO holdfast.cycles VALUES ('superseded', 's-2', 2, 2, 'lite-monthly', 'P1M', '2026-11-10 13:30:00+00', '2026-12-10 13:30:00+00', 4);
INSERT INTO holdfast.cycles VALUES ('lapsed', 's-1', 2, 2, 'advanced-monthly', 'P1M', '2026-11-11 13:30:00+00', '2026-12-11 13:30:00+00', 3);
INSERT INTO holdfast.cycles VALUES ('owner', 's-1', 1, 1, 'lite-monthly', 'P1M', '2026-11-15 12:00:00+00', '2026-12-15 12:00:00+00', 1);
INSERT INTO holdfast.cycles VALUES ('automatic', 's-1', 1, 1, 'lite-monthly', 'P1M', '2026-11-16 12:00:00+00', '2026-12-16 12:00:00+00', 1);
INSERT INTO holdfast.cycles VALUES ('stuck-card', 's-1', 1, 1, 'lite-monthly', 'P1M', '2026-11-16 12:00:00+00', '2026-12-16 12:00:00+00', 1);
INSERT INTO holdfast.cycles VALUES ('missed-cycle', 's-1', 1, 1, 'lite-monthly', 'P1M', '2026-10-28 11:59:00+00', '2026-11-28 11:59:00+00', 1);
INSERT INTO holdfast.cycles VALUES ('missed-cycle', 's-1', 2, 1, 'lite-monthly', 'P1M', '2026-11-28 11:59:00+00', '2026-12-28 11:59:00+00', NULL);
INSERT INTO holdfast.cycles VALUES ('buyer', 's-1', 1, 1, 'lite-monthly', 'P1M', '2026-11-25 12:00:00+00', '2026-12-25 12:00:00+00', 1);
INSERT INTO holdfast.cycles VALUES ('late-payer', 's-1', 1, 1, 'lite-monthly', 'P1M', '2026-11-25 12:00:00+00', '2026-12-25 12:00:00+00', 1);
INSERT INTO holdfast.cycles VALUES ('lost-buyer', 's-1', 1, 1, 'lite-monthly', 'P1M', '2026-11-25 12:00:00+00', '2026-12-25 12:00:00+00', 1);
INSERT INTO holdfast.cycles VALUES ('topper', 's-1', 1, 1, 'lite-monthly', 'P1M', '2026-11-25 12:00:00+00', '2026-12-25 12:00:00+00', 1);
INSERT INTO holdfast.cycles VALUES ('subscriber', 's-1', 1, 1, 'lite-monthly', 'P1M', '2026-10-10 12:00:00+00', '2026-11-10 12:00:00+00', 1);
INSERT INTO holdfast.cycles VALUES ('subscriber', 's-1', 2, 1, 'lite-monthly', 'P1M', '2026-11-10 12:00:00+00', '2026-12-10 12:00:00+00', 2);
INSERT INTO holdfast.cycles VALUES ('subscriber', 's-1', 3, 1, 'lite-monthly', 'P1M', '2026-12-10 12:00:00+00', '2027-01-10 12:00:00+00', NULL);
INSERT INTO holdfast.cycles VALUES ('leaver', 's-1', 1, 1, 'lite-monthly', 'P1M', '2026-10-28 11:20:00+00', '2026-11-28 11:20:00+00', 1);


--
-- Data for Name: entries; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.entries VALUES ('acme', 1, '2026-09-05 10:00:00+00', 'grant', 150, 0, '{1}', '{150}', '{0}', 150, 0, 0, 0, 0, 150, NULL, 1, 'lite-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('acme', 2, '2026-09-05 10:00:00+00', 'grant', 40, 0, '{2}', '{40}', '{0}', 190, 0, 0, 0, 0, 190, NULL, 2, 'Für den Anfang 🎁', 'ops');
INSERT INTO holdfast.entries VALUES ('acme', 3, '2026-09-05 10:00:00+00', 'grant', 15, 0, '{3}', '{15}', '{0}', 205, 0, 0, 0, 0, 205, NULL, 3, 'Für den Anfang 🎁', 'ops');
INSERT INTO holdfast.entries VALUES ('acme', 4, '2026-09-06 08:30:00+00', 'reserve', -4, 4, '{2}', '{-4}', '{4}', 201, 4, 0, 0, 0, 205, 'r-committed', NULL, NULL, NULL);
INSERT INTO holdfast.entries VALUES ('acme', 5, '2026-09-06 08:30:00+00', 'commit', 1, -4, '{2}', '{1}', '{-4}', 202, 0, 3, 0, 0, 205, 'r-committed', NULL, NULL, NULL);
INSERT INTO holdfast.entries VALUES ('acme', 6, '2026-09-06 08:30:00+00', 'reserve', -40, 40, '{2,1}', '{-37,-3}', '{37,3}', 162, 40, 3, 0, 0, 205, 'r-released', NULL, NULL, NULL);
INSERT INTO holdfast.entries VALUES ('acme', 7, '2026-09-06 08:30:00+00', 'release', 40, -40, '{2,1}', '{37,3}', '{-37,-3}', 202, 0, 3, 0, 0, 205, 'r-released', NULL, 'timed-out', NULL);
INSERT INTO holdfast.entries VALUES ('acme', 8, '2026-09-06 08:30:00+00', 'deduct', -5, 0, '{2}', '{-5}', '{0}', 197, 0, 3, 0, 5, 205, NULL, NULL, 'Für den Anfang 🎁', 'ops');
INSERT INTO holdfast.entries VALUES ('acme', 9, '2026-09-21 00:00:00+00', 'expire', -32, 0, '{2}', '{-32}', '{0}', 165, 0, 3, 32, 5, 205, NULL, 2, 'ended', NULL);
INSERT INTO holdfast.entries VALUES ('acme', 10, '2026-10-10 10:00:00+00', 'grant', 180, 0, '{10}', '{180}', '{0}', 345, 0, 3, 32, 5, 385, NULL, 10, 'lite-monthly, cycle 2', NULL);
INSERT INTO holdfast.entries VALUES ('acme', 11, '2026-10-10 10:00:00+00', 'grant', 170, 0, '{11}', '{170}', '{0}', 515, 0, 3, 32, 5, 555, NULL, 11, 'professional-monthly, cycle 2', NULL);
INSERT INTO holdfast.entries VALUES ('longer', 1, '2026-10-11 10:00:00+00', 'grant', 180, 0, '{1}', '{180}', '{0}', 180, 0, 0, 0, 0, 180, NULL, 1, 'lite-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('longer', 2, '2026-10-11 10:00:00+00', 'grant', 500, 0, '{2}', '{500}', '{0}', 680, 0, 0, 0, 0, 680, NULL, 2, 'professional-yearly, cycle 2', NULL);
INSERT INTO holdfast.entries VALUES ('acme', 12, '2026-11-06 10:00:00+00', 'grant', 180, 0, '{12}', '{180}', '{0}', 695, 0, 3, 32, 5, 735, NULL, 12, 'lite-monthly, cycle 3', NULL);
INSERT INTO holdfast.entries VALUES ('acme', 13, '2026-11-07 10:00:00+00', 'grant', 125, 0, '{13}', '{125}', '{0}', 820, 0, 3, 32, 5, 860, NULL, 13, 'pack-125, purchase p-granted', NULL);
INSERT INTO holdfast.entries VALUES ('ended', 1, '2026-09-10 12:00:00+00', 'grant', 800, 0, '{1}', '{800}', '{0}', 800, 0, 0, 0, 0, 800, NULL, 1, 'advanced-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('lapsed', 1, '2026-09-10 12:00:00+00', 'grant', 800, 0, '{1}', '{800}', '{0}', 800, 0, 0, 0, 0, 800, NULL, 1, 'advanced-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('superseded', 1, '2026-09-10 12:00:00+00', 'grant', 800, 0, '{1}', '{800}', '{0}', 800, 0, 0, 0, 0, 800, NULL, 1, 'advanced-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('ended', 2, '2026-09-10 12:00:00+00', 'expire', -800, 0, '{1}', '{-800}', '{0}', 0, 0, 0, 800, 0, 800, NULL, 1, 'lapsed', NULL);
INSERT INTO holdfast.entries VALUES ('lapsed', 2, '2026-10-10 13:30:00+00', 'expire', -800, 0, '{1}', '{-800}', '{0}', 0, 0, 0, 800, 0, 800, NULL, 1, 'lapsed', NULL);
INSERT INTO holdfast.entries VALUES ('superseded', 2, '2026-10-10 13:30:00+00', 'expire', -800, 0, '{1}', '{-800}', '{0}', 0, 0, 0, 800, 0, 800, NULL, 1, 'lapsed', NULL);
INSERT INTO holdfast.entries VALUES ('superseded', 3, '2026-10-10 13:30:00+00', 'grant', 180, 0, '{3}', '{180}', '{0}', 180, 0, 0, 800, 0, 980, NULL, 3, 'lite-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('superseded', 4, '2026-11-11 13:30:00+00', 'grant', 180, 0, '{4}', '{180}', '{0}', 360, 0, 0, 800, 0, 1160, NULL, 4, 'lite-monthly, cycle 2', NULL);
INSERT INTO holdfast.entries VALUES ('lapsed', 3, '2026-11-11 13:30:00+00', 'grant', 800, 0, '{3}', '{800}', '{0}', 800, 0, 0, 800, 0, 1600, NULL, 3, 'advanced-monthly, cycle 2', NULL);
INSERT INTO holdfast.entries VALUES ('owner', 1, '2026-11-15 12:00:00+00', 'grant', 180, 0, '{1}', '{180}', '{0}', 180, 0, 0, 0, 0, 180, NULL, 1, 'lite-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('owner', 2, '2026-11-15 12:00:00+00', 'reserve', -100, 100, '{1}', '{-100}', '{100}', 80, 100, 0, 0, 0, 180, 'r-dear', NULL, NULL, NULL);
INSERT INTO holdfast.entries VALUES ('owner', 3, '2026-11-15 12:00:00+00', 'commit', 0, -100, '{1}', '{0}', '{-100}', 80, 0, 100, 0, 0, 180, 'r-dear', NULL, NULL, NULL);
INSERT INTO holdfast.entries VALUES ('automatic', 1, '2026-11-16 12:00:00+00', 'grant', 180, 0, '{1}', '{180}', '{0}', 180, 0, 0, 0, 0, 180, NULL, 1, 'lite-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('stuck-card', 1, '2026-11-16 12:00:00+00', 'grant', 180, 0, '{1}', '{180}', '{0}', 180, 0, 0, 0, 0, 180, NULL, 1, 'lite-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('automatic', 2, '2026-11-16 12:00:00+00', 'grant', 125, 0, '{2}', '{125}', '{0}', 305, 0, 0, 0, 0, 305, NULL, 2, 'pack-125, purchase top-up-1', NULL);
INSERT INTO holdfast.entries VALUES ('missed-cycle', 1, '2026-10-28 11:59:00+00', 'grant', 180, 0, '{1}', '{180}', '{0}', 180, 0, 0, 0, 0, 180, NULL, 1, 'lite-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('buyer', 1, '2026-11-25 12:00:00+00', 'grant', 180, 0, '{1}', '{180}', '{0}', 180, 0, 0, 0, 0, 180, NULL, 1, 'lite-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('late-payer', 1, '2026-11-25 12:00:00+00', 'grant', 180, 0, '{1}', '{180}', '{0}', 180, 0, 0, 0, 0, 180, NULL, 1, 'lite-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('lost-buyer', 1, '2026-11-25 12:00:00+00', 'grant', 180, 0, '{1}', '{180}', '{0}', 180, 0, 0, 0, 0, 180, NULL, 1, 'lite-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('topper', 1, '2026-11-25 12:00:00+00', 'grant', 180, 0, '{1}', '{180}', '{0}', 180, 0, 0, 0, 0, 180, NULL, 1, 'lite-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('ends-soon', 1, '2026-11-25 12:00:00+00', 'grant', 7, 0, '{1}', '{7}', '{0}', 7, 0, 0, 0, 0, 7, NULL, 1, 'Für den Anfang 🎁', 'ops');
INSERT INTO holdfast.entries VALUES ('parked', 1, '2026-11-25 12:00:00+00', 'grant', 3, 0, '{1}', '{3}', '{0}', 3, 0, 0, 0, 0, 3, NULL, 1, 'Für den Anfang 🎁', 'ops');
INSERT INTO holdfast.entries VALUES ('woken', 1, '2026-11-25 12:00:00+00', 'grant', 3, 0, '{1}', '{3}', '{0}', 3, 0, 0, 0, 0, 3, NULL, 1, 'Für den Anfang 🎁', 'ops');
INSERT INTO holdfast.entries VALUES ('grantee', 1, '2026-11-25 12:00:00+00', 'grant', 3, 0, '{1}', '{3}', '{0}', 3, 0, 0, 0, 0, 3, NULL, 1, 'Für den Anfang 🎁', 'ops');
INSERT INTO holdfast.entries VALUES ('setter', 1, '2026-11-25 12:00:00+00', 'grant', 3, 0, '{1}', '{3}', '{0}', 3, 0, 0, 0, 0, 3, NULL, 1, 'Für den Anfang 🎁', 'ops');
INSERT INTO holdfast.entries VALUES ('acme', 14, '2026-11-28 11:58:00+00', 'reserve', -300, 300, '{1,10}', '{-150,-150}', '{150,150}', 520, 300, 3, 32, 5, 860, 'r-open', NULL, NULL, NULL);
INSERT INTO holdfast.entries VALUES ('woken', 2, '2026-11-28 11:58:00+00', 'grant', 20, 0, '{2}', '{20}', '{0}', 23, 0, 0, 0, 0, 23, NULL, 2, 'Für den Anfang 🎁', 'ops');
INSERT INTO holdfast.entries VALUES ('subscriber', 1, '2026-10-10 12:00:00+00', 'grant', 180, 0, '{1}', '{180}', '{0}', 180, 0, 0, 0, 0, 180, NULL, 1, 'lite-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('subscriber', 2, '2026-11-10 12:00:01+00', 'grant', 180, 0, '{2}', '{180}', '{0}', 360, 0, 0, 0, 0, 360, NULL, 2, 'lite-monthly, cycle 2', NULL);
INSERT INTO holdfast.entries VALUES ('leaver', 1, '2026-10-28 11:20:00+00', 'grant', 180, 0, '{1}', '{180}', '{0}', 180, 0, 0, 0, 0, 180, NULL, 1, 'lite-monthly, cycle 1', NULL);
INSERT INTO holdfast.entries VALUES ('studio', 1, '2026-11-28 12:00:00+00', 'grant', 50, 0, '{1}', '{50}', '{0}', 50, 0, 0, 0, 0, 50, NULL, 1, 'baseline', 'ops');
INSERT INTO holdfast.entries VALUES ('dreamer', 1, '2026-11-28 12:00:00+00', 'grant', 3, 0, '{1}', '{3}', '{0}', 3, 0, 0, 0, 0, 3, NULL, 1, 'baseline', 'ops');
INSERT INTO holdfast.entries VALUES ('studio', 2, '2026-11-28 12:00:00+00', 'reserve', -2, 2, '{1}', '{-2}', '{2}', 48, 2, 0, 0, 0, 50, 'r-1', NULL, NULL, NULL);
INSERT INTO holdfast.entries VALUES ('gone', 1, '2026-11-28 12:00:00+00', 'grant', 5, 0, '{1}', '{5}', '{0}', 5, 0, 0, 0, 0, 5, NULL, 1, 'baseline', 'ops');
INSERT INTO holdfast.entries VALUES ('gone', 2, '2026-11-28 12:00:00+00', 'deduct', -5, 0, '{1}', '{-5}', '{0}', 0, 0, 0, 0, 5, 5, NULL, NULL, 'baseline', 'ops');
INSERT INTO holdfast.entries VALUES ('unreachable', 1, '2026-11-28 12:00:00+00', 'grant', 5, 0, '{1}', '{5}', '{0}', 5, 0, 0, 0, 0, 5, NULL, 1, 'baseline', 'ops');
INSERT INTO holdfast.entries VALUES ('unreachable', 2, '2026-11-28 12:00:00+00', 'deduct', -5, 0, '{1}', '{-5}', '{0}', 0, 0, 0, 0, 5, 5, NULL, NULL, 'baseline', 'ops');
INSERT INTO holdfast.entries VALUES ('late-payer', 2, '2026-11-28 12:00:00+00', 'expire', -180, 0, '{1}', '{-180}', '{0}', 0, 0, 0, 180, 0, 180, NULL, 1, 'lapsed', NULL);


--
-- Data for Name: grants; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.grants VALUES ('acme', 3, 'adjustment', 20, 15, 15, 500, 'EUR', '2026-09-05 10:00:00+00', NULL, 1, DEFAULT, NULL, NULL);
INSERT INTO holdfast.grants VALUES ('acme', 10, 'plan', 20, 180, 30, 0, 'USD', '2026-10-10 10:00:00+00', NULL, 1, DEFAULT, 's-1', 2);
INSERT INTO holdfast.grants VALUES ('late-payer', 1, 'plan', 20, 180, 0, 0, 'USD', '2026-11-25 12:00:00+00', NULL, 1, DEFAULT, 's-1', 1);
INSERT INTO holdfast.grants VALUES ('acme', 2, 'promotion', 10, 40, 0, 0, 'USD', '2026-09-05 10:00:00+00', '2026-09-20 00:00:00+00', NULL, DEFAULT, NULL, NULL);
INSERT INTO holdfast.grants VALUES ('acme', 11, 'plan', 20, 170, 170, 0, 'USD', '2026-10-10 10:00:00+00', NULL, 1, DEFAULT, 's-1', 2);
INSERT INTO holdfast.grants VALUES ('longer', 1, 'plan', 20, 180, 180, 0, 'USD', '2026-10-11 10:00:00+00', NULL, 1, DEFAULT, 's-1', 1);
INSERT INTO holdfast.grants VALUES ('longer', 2, 'plan', 20, 500, 500, 0, 'USD', '2026-10-11 10:00:00+00', NULL, 1, DEFAULT, 's-1', 2);
INSERT INTO holdfast.grants VALUES ('acme', 12, 'plan', 20, 180, 180, 0, 'USD', '2026-11-06 10:00:00+00', NULL, 1, DEFAULT, 's-1', 3);
INSERT INTO holdfast.grants VALUES ('acme', 13, 'pack', 30, 125, 125, 5200, 'USD', '2026-11-07 10:00:00+00', NULL, 1, DEFAULT, NULL, NULL);
INSERT INTO holdfast.grants VALUES ('ended', 1, 'plan', 20, 800, 0, 0, 'USD', '2026-09-10 12:00:00+00', NULL, 1, DEFAULT, 's-1', 1);
INSERT INTO holdfast.grants VALUES ('lapsed', 1, 'plan', 20, 800, 0, 0, 'USD', '2026-09-10 12:00:00+00', NULL, 1, DEFAULT, 's-1', 1);
INSERT INTO holdfast.grants VALUES ('superseded', 1, 'plan', 20, 800, 0, 0, 'USD', '2026-09-10 12:00:00+00', NULL, 1, DEFAULT, 's-1', 1);
INSERT INTO holdfast.grants VALUES ('superseded', 3, 'plan', 20, 180, 180, 0, 'USD', '2026-10-10 13:30:00+00', NULL, 2, DEFAULT, 's-2', 1);
INSERT INTO holdfast.grants VALUES ('superseded', 4, 'plan', 20, 180, 180, 0, 'USD', '2026-11-11 13:30:00+00', NULL, 2, DEFAULT, 's-2', 2);
INSERT INTO holdfast.grants VALUES ('lapsed', 3, 'plan', 20, 800, 800, 0, 'USD', '2026-11-11 13:30:00+00', NULL, 2, DEFAULT, 's-1', 2);
INSERT INTO holdfast.grants VALUES ('owner', 1, 'plan', 20, 180, 80, 0, 'USD', '2026-11-15 12:00:00+00', NULL, 1, DEFAULT, 's-1', 1);
INSERT INTO holdfast.grants VALUES ('automatic', 1, 'plan', 20, 180, 180, 0, 'USD', '2026-11-16 12:00:00+00', NULL, 1, DEFAULT, 's-1', 1);
INSERT INTO holdfast.grants VALUES ('stuck-card', 1, 'plan', 20, 180, 180, 0, 'USD', '2026-11-16 12:00:00+00', NULL, 1, DEFAULT, 's-1', 1);
INSERT INTO holdfast.grants VALUES ('automatic', 2, 'pack', 30, 125, 125, 5200, 'USD', '2026-11-16 12:00:00+00', NULL, 1, DEFAULT, NULL, NULL);
INSERT INTO holdfast.grants VALUES ('missed-cycle', 1, 'plan', 20, 180, 180, 0, 'USD', '2026-10-28 11:59:00+00', NULL, 1, DEFAULT, 's-1', 1);
INSERT INTO holdfast.grants VALUES ('buyer', 1, 'plan', 20, 180, 180, 0, 'USD', '2026-11-25 12:00:00+00', NULL, 1, DEFAULT, 's-1', 1);
INSERT INTO holdfast.grants VALUES ('lost-buyer', 1, 'plan', 20, 180, 180, 0, 'USD', '2026-11-25 12:00:00+00', NULL, 1, DEFAULT, 's-1', 1);
INSERT INTO holdfast.grants VALUES ('topper', 1, 'plan', 20, 180, 180, 0, 'USD', '2026-11-25 12:00:00+00', NULL, 1, DEFAULT, 's-1', 1);
INSERT INTO holdfast.grants VALUES ('ends-soon', 1, 'promotion', 10, 7, 7, 0, 'USD', '2026-11-25 12:00:00+00', '2026-11-28 11:00:00+00', NULL, DEFAULT, NULL, NULL);
INSERT INTO holdfast.grants VALUES ('parked', 1, 'promotion', 10, 3, 3, 0, 'USD', '2026-11-25 12:00:00+00', '2027-06-01 00:00:00+00', NULL, DEFAULT, NULL, NULL);
INSERT INTO holdfast.grants VALUES ('woken', 1, 'promotion', 10, 3, 3, 0, 'USD', '2026-11-25 12:00:00+00', '2027-06-01 00:00:00+00', NULL, DEFAULT, NULL, NULL);
INSERT INTO holdfast.grants VALUES ('grantee', 1, 'promotion', 10, 3, 3, 0, 'USD', '2026-11-25 12:00:00+00', '2027-06-01 00:00:00+00', NULL, DEFAULT, NULL, NULL);
INSERT INTO holdfast.grants VALUES ('acme', 1, 'plan', 20, 150, 0, 0, 'USD', '2026-09-05 10:00:00+00', NULL, 1, DEFAULT, 's-1', 1);
INSERT INTO holdfast.grants VALUES ('setter', 1, 'promotion', 10, 3, 3, 0, 'USD', '2026-11-25 12:00:00+00', '2027-06-01 00:00:00+00', NULL, DEFAULT, NULL, NULL);
INSERT INTO holdfast.grants VALUES ('woken', 2, 'promotion', 10, 20, 20, 0, 'USD', '2026-11-28 11:58:00+00', '2027-06-01 00:00:00+00', NULL, DEFAULT, NULL, NULL);
INSERT INTO holdfast.grants VALUES ('subscriber', 1, 'plan', 20, 180, 180, 0, 'USD', '2026-10-10 12:00:00+00', NULL, 1, DEFAULT, 's-1', 1);
INSERT INTO holdfast.grants VALUES ('subscriber', 2, 'plan', 20, 180, 180, 0, 'USD', '2026-11-10 12:00:01+00', NULL, 1, DEFAULT, 's-1', 2);
INSERT INTO holdfast.grants VALUES ('leaver', 1, 'plan', 20, 180, 180, 0, 'USD', '2026-10-28 11:20:00+00', NULL, 1, DEFAULT, 's-1', 1);
INSERT INTO holdfast.grants VALUES ('dreamer', 1, 'promotion', 10, 3, 3, 0, 'USD', '2026-11-28 12:00:00+00', '2027-06-01 00:00:00+00', NULL, DEFAULT, NULL, NULL);
INSERT INTO holdfast.grants VALUES ('studio', 1, 'promotion', 10, 50, 48, 0, 'USD', '2026-11-28 12:00:00+00', '2027-06-01 00:00:00+00', NULL, DEFAULT, NULL, NULL);
INSERT INTO holdfast.grants VALUES ('gone', 1, 'promotion', 10, 5, 0, 0, 'USD', '2026-11-28 12:00:00+00', '2027-06-01 00:00:00+00', NULL, DEFAULT, NULL, NULL);
INSERT INTO holdfast.grants VALUES ('unreachable', 1, 'promotion', 10, 5, 0, 0, 'USD', '2026-11-28 12:00:00+00', '2027-06-01 00:00:00+00', NULL, DEFAULT, NULL, NULL);


--
-- Data for Name: idempotency_keys; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.idempotency_keys VALUES ('acme', 'grant', 'cycle:s-1:1', '{"cycle": 1, "subscriptionId": "s-1"}', '{"cycle": 1, "planId": "lite-monthly", "credits": 150, "grantId": "1"}');
INSERT INTO holdfast.idempotency_keys VALUES ('acme', 'subscribe', 's-1', '{"planId": "lite-monthly", "timeZone": "Europe/Berlin", "paymentReference": "inv-1001"}', '{"granted": [{"cycle": 1, "planId": "lite-monthly", "credits": 150, "grantId": "1"}], "subscription": {"at": "2026-09-05T10:00:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-10-05T10:00:00.000Z", "timeZone": "Europe/Berlin", "accountId": "acme", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-10-05T10:00:00.000Z", "windowEnd": "2026-10-05T11:00:00.000Z", "cycleStart": "2026-09-05T10:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-10-05T10:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('acme', 'grant', 'welcome', '{"by": "ops", "reason": "Für den Anfang 🎁", "source": "promotion", "credits": 40, "expiresAt": "2026-09-20T00:00:00.000Z"}', '{"source": "promotion", "credits": 40, "grantId": "2", "accountId": "acme", "expiresAt": "2026-09-20T00:00:00.000Z", "grantedAt": "2026-09-05T10:00:00.000Z"}');
INSERT INTO holdfast.idempotency_keys VALUES ('acme', 'grant', 'goodwill', '{"by": "ops", "reason": "Für den Anfang 🎁", "source": "adjustment", "credits": 15, "currency": "EUR", "costCents": 500}', '{"source": "adjustment", "credits": 15, "grantId": "3", "accountId": "acme", "expiresAt": "2026-10-05T10:00:00.000Z", "grantedAt": "2026-09-05T10:00:00.000Z"}');
INSERT INTO holdfast.idempotency_keys VALUES ('acme', 'deduct', 'chargeback', '{"by": "ops", "reason": "Für den Anfang 🎁", "credits": 5}', '{"at": "2026-09-06T08:30:00.000Z", "credits": 5, "version": 8, "accountId": "acme"}');
INSERT INTO holdfast.idempotency_keys VALUES ('acme', 'renew', 'inv-1002', '{"paidAt": null, "subscriptionId": "s-1"}', '{"granted": [], "newTerm": false, "subscription": {"at": "2026-10-04T10:00:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-10-05T10:00:00.000Z", "timeZone": "Europe/Berlin", "accountId": "acme", "closedWhy": null, "paidAhead": 1, "paidCycle": 2, "paidUntil": "2026-11-05T11:00:00.000Z", "windowEnd": "2026-11-07T12:00:00.000Z", "cycleStart": "2026-09-05T10:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-11-07T11:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('acme', 'grant', 'cycle:s-1:2', '{"cycle": 2, "subscriptionId": "s-1"}', '{"cycle": 2, "planId": "lite-monthly", "credits": 180, "grantId": "10"}');
INSERT INTO holdfast.idempotency_keys VALUES ('acme', 'grant', 'upgrade:inv-1003', '{"cycle": 2, "subscriptionId": "s-1"}', '{"cycle": 2, "planId": "professional-monthly", "credits": 170, "grantId": "11"}');
INSERT INTO holdfast.idempotency_keys VALUES ('acme', 'change_plan', 'upgrade', '{"planId": "professional-monthly", "subscriptionId": "s-1", "paymentReference": "inv-1003"}', '{"effect": "upgrade", "granted": [{"cycle": 2, "planId": "lite-monthly", "credits": 180, "grantId": "10"}, {"cycle": 2, "planId": "professional-monthly", "credits": 170, "grantId": "11"}], "paymentUsed": true, "subscription": {"at": "2026-10-10T10:00:00.000Z", "term": 1, "cycle": 2, "planId": "professional-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-11-05T11:00:00.000Z", "timeZone": "Europe/Berlin", "accountId": "acme", "closedWhy": null, "paidAhead": 0, "paidCycle": 2, "paidUntil": "2026-11-05T11:00:00.000Z", "windowEnd": "2026-11-07T12:00:00.000Z", "cycleStart": "2026-10-05T10:00:00.000Z", "nextPlanId": "professional-monthly", "validUntil": "2026-11-07T11:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 2, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('acme', 'change_plan', 'downgrade', '{"planId": "lite-monthly", "subscriptionId": "s-1"}', '{"effect": "at-boundary", "granted": [], "paymentUsed": false, "subscription": {"at": "2026-10-10T10:00:00.000Z", "term": 1, "cycle": 2, "planId": "professional-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-11-05T11:00:00.000Z", "timeZone": "Europe/Berlin", "accountId": "acme", "closedWhy": null, "paidAhead": 0, "paidCycle": 2, "paidUntil": "2026-11-05T11:00:00.000Z", "windowEnd": "2026-11-07T12:00:00.000Z", "cycleStart": "2026-10-05T10:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-11-07T11:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 2, "subscriptionId": "s-1", "scheduledPlanId": "lite-monthly", "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('longer', 'grant', 'cycle:s-1:1', '{"cycle": 1, "subscriptionId": "s-1"}', '{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}');
INSERT INTO holdfast.idempotency_keys VALUES ('longer', 'subscribe', 's-1', '{"planId": "lite-monthly", "paymentReference": "inv-2001"}', '{"granted": [{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}], "subscription": {"at": "2026-10-11T10:00:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-11-11T10:00:00.000Z", "timeZone": "UTC", "accountId": "longer", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-11-11T10:00:00.000Z", "windowEnd": "2026-11-13T11:00:00.000Z", "cycleStart": "2026-10-11T10:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-11-13T10:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('longer', 'grant', 'cycle:s-1:2', '{"cycle": 2, "subscriptionId": "s-1"}', '{"cycle": 2, "planId": "professional-yearly", "credits": 500, "grantId": "2"}');
INSERT INTO holdfast.idempotency_keys VALUES ('longer', 'change_plan', 'yearly', '{"planId": "professional-yearly", "subscriptionId": "s-1", "paymentReference": "inv-2002"}', '{"effect": "longer-cycle", "granted": [{"cycle": 2, "planId": "professional-yearly", "credits": 500, "grantId": "2"}], "paymentUsed": true, "subscription": {"at": "2026-10-11T10:00:00.000Z", "term": 1, "cycle": 2, "planId": "professional-yearly", "status": "active", "closedAt": null, "cycleEnd": "2027-10-11T10:00:00.000Z", "timeZone": "UTC", "accountId": "longer", "closedWhy": null, "paidAhead": 0, "paidCycle": 2, "paidUntil": "2027-10-11T10:00:00.000Z", "windowEnd": "2027-10-13T11:00:00.000Z", "cycleStart": "2026-10-11T10:00:00.000Z", "nextPlanId": "professional-yearly", "validUntil": "2027-10-13T10:00:00.000Z", "cycleLength": "P1Y", "grantedCycle": 2, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('acme', 'grant', 'cycle:s-1:3', '{"cycle": 3, "subscriptionId": "s-1"}', '{"cycle": 3, "planId": "lite-monthly", "credits": 180, "grantId": "12"}');
INSERT INTO holdfast.idempotency_keys VALUES ('studio', 'grant', 'gift', '{"by": "ops", "reason": "baseline", "source": "promotion", "credits": 50, "expiresAt": "2027-06-01T00:00:00.000Z"}', '{"source": "promotion", "credits": 50, "grantId": "1", "accountId": "studio", "expiresAt": "2027-06-01T00:00:00.000Z", "grantedAt": "2026-11-28T12:00:00.000Z"}');
INSERT INTO holdfast.idempotency_keys VALUES ('acme', 'renew', 'inv-1004', '{"paidAt": "2026-11-06T09:00:00.000Z", "subscriptionId": "s-1"}', '{"granted": [{"cycle": 3, "planId": "lite-monthly", "credits": 180, "grantId": "12"}], "newTerm": false, "subscription": {"at": "2026-11-06T10:00:00.000Z", "term": 1, "cycle": 3, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-12-05T11:00:00.000Z", "timeZone": "Europe/Berlin", "accountId": "acme", "closedWhy": null, "paidAhead": 0, "paidCycle": 3, "paidUntil": "2026-12-05T11:00:00.000Z", "windowEnd": "2026-12-07T12:00:00.000Z", "cycleStart": "2026-11-05T11:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-12-07T11:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 3, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('acme', 'cancel', 'cancel', '{"subscriptionId": "s-1"}', '{"subscription": {"at": "2026-11-06T10:00:00.000Z", "term": 1, "cycle": 3, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-12-05T11:00:00.000Z", "timeZone": "Europe/Berlin", "accountId": "acme", "closedWhy": null, "paidAhead": 0, "paidCycle": 3, "paidUntil": "2026-12-05T11:00:00.000Z", "windowEnd": "2026-12-05T12:00:00.000Z", "cycleStart": "2026-11-05T11:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-12-05T11:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 3, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": true}}');
INSERT INTO holdfast.idempotency_keys VALUES ('acme', 'resume', 'resume', '{"subscriptionId": "s-1"}', '{"subscription": {"at": "2026-11-06T10:00:00.000Z", "term": 1, "cycle": 3, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-12-05T11:00:00.000Z", "timeZone": "Europe/Berlin", "accountId": "acme", "closedWhy": null, "paidAhead": 0, "paidCycle": 3, "paidUntil": "2026-12-05T11:00:00.000Z", "windowEnd": "2026-12-07T12:00:00.000Z", "cycleStart": "2026-11-05T11:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-12-07T11:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 3, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('longer', 'cancel', 'cancel', '{"subscriptionId": "s-1"}', '{"subscription": {"at": "2026-11-06T10:00:00.000Z", "term": 1, "cycle": 2, "planId": "professional-yearly", "status": "active", "closedAt": null, "cycleEnd": "2027-10-11T10:00:00.000Z", "timeZone": "UTC", "accountId": "longer", "closedWhy": null, "paidAhead": 0, "paidCycle": 2, "paidUntil": "2027-10-11T10:00:00.000Z", "windowEnd": "2027-10-11T11:00:00.000Z", "cycleStart": "2026-10-11T10:00:00.000Z", "nextPlanId": "professional-yearly", "validUntil": "2027-10-11T10:00:00.000Z", "cycleLength": "P1Y", "grantedCycle": 2, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": true}}');
INSERT INTO holdfast.idempotency_keys VALUES ('acme', 'grant', 'purchase:p-granted', '{"purchaseId": "p-granted"}', '{"packId": "pack-125", "credits": 125, "grantId": "13"}');
INSERT INTO holdfast.idempotency_keys VALUES ('ended', 'grant', 'cycle:s-1:1', '{"cycle": 1, "subscriptionId": "s-1"}', '{"cycle": 1, "planId": "advanced-monthly", "credits": 800, "grantId": "1"}');
INSERT INTO holdfast.idempotency_keys VALUES ('ended', 'subscribe', 's-1', '{"planId": "advanced-monthly", "paymentReference": "ended-1"}', '{"granted": [{"cycle": 1, "planId": "advanced-monthly", "credits": 800, "grantId": "1"}], "subscription": {"at": "2026-09-10T12:00:00.000Z", "term": 1, "cycle": 1, "planId": "advanced-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-10-10T12:00:00.000Z", "timeZone": "UTC", "accountId": "ended", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-10-10T12:00:00.000Z", "windowEnd": "2026-10-10T13:00:00.000Z", "cycleStart": "2026-09-10T12:00:00.000Z", "nextPlanId": "advanced-monthly", "validUntil": "2026-10-10T12:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('lapsed', 'grant', 'cycle:s-1:1', '{"cycle": 1, "subscriptionId": "s-1"}', '{"cycle": 1, "planId": "advanced-monthly", "credits": 800, "grantId": "1"}');
INSERT INTO holdfast.idempotency_keys VALUES ('lapsed', 'subscribe', 's-1', '{"planId": "advanced-monthly", "paymentReference": "lapsed-1"}', '{"granted": [{"cycle": 1, "planId": "advanced-monthly", "credits": 800, "grantId": "1"}], "subscription": {"at": "2026-09-10T12:00:00.000Z", "term": 1, "cycle": 1, "planId": "advanced-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-10-10T12:00:00.000Z", "timeZone": "UTC", "accountId": "lapsed", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-10-10T12:00:00.000Z", "windowEnd": "2026-10-10T13:00:00.000Z", "cycleStart": "2026-09-10T12:00:00.000Z", "nextPlanId": "advanced-monthly", "validUntil": "2026-10-10T12:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('superseded', 'grant', 'cycle:s-1:1', '{"cycle": 1, "subscriptionId": "s-1"}', '{"cycle": 1, "planId": "advanced-monthly", "credits": 800, "grantId": "1"}');
INSERT INTO holdfast.idempotency_keys VALUES ('superseded', 'subscribe', 's-1', '{"planId": "advanced-monthly", "paymentReference": "superseded-1"}', '{"granted": [{"cycle": 1, "planId": "advanced-monthly", "credits": 800, "grantId": "1"}], "subscription": {"at": "2026-09-10T12:00:00.000Z", "term": 1, "cycle": 1, "planId": "advanced-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-10-10T12:00:00.000Z", "timeZone": "UTC", "accountId": "superseded", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-10-10T12:00:00.000Z", "windowEnd": "2026-10-10T13:00:00.000Z", "cycleStart": "2026-09-10T12:00:00.000Z", "nextPlanId": "advanced-monthly", "validUntil": "2026-10-10T12:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('ended', 'end_now', 'end', '{"subscriptionId": "s-1"}', '{"entries": 1, "expired": 800, "granted": [], "subscription": {"at": "2026-09-10T12:00:00.000Z", "term": 1, "cycle": 1, "planId": "advanced-monthly", "status": "closed", "closedAt": "2026-09-10T12:00:00.000Z", "cycleEnd": "2026-10-10T12:00:00.000Z", "timeZone": "UTC", "accountId": "ended", "closedWhy": "ended-now", "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-10-10T12:00:00.000Z", "windowEnd": "2026-09-10T12:00:00.000Z", "cycleStart": "2026-09-10T12:00:00.000Z", "nextPlanId": "advanced-monthly", "validUntil": "2026-09-10T12:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('lapsed', 'expire_term', 'expiry:s-1:1', '{"term": 1, "subscriptionId": "s-1"}', '{"term": 1, "status": "booked", "entries": 1, "expired": 800}');
INSERT INTO holdfast.idempotency_keys VALUES ('superseded', 'grant', 'cycle:s-2:1', '{"cycle": 1, "subscriptionId": "s-2"}', '{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "3"}');
INSERT INTO holdfast.idempotency_keys VALUES ('superseded', 'subscribe', 's-2', '{"planId": "lite-monthly", "paymentReference": "superseded-2"}', '{"granted": [{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "3"}], "subscription": {"at": "2026-10-10T13:30:00.000Z", "term": 2, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-11-10T13:30:00.000Z", "timeZone": "UTC", "accountId": "superseded", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-11-10T13:30:00.000Z", "windowEnd": "2026-11-12T14:30:00.000Z", "cycleStart": "2026-10-10T13:30:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-11-12T13:30:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-2", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('superseded', 'grant', 'cycle:s-2:2', '{"cycle": 2, "subscriptionId": "s-2"}', '{"cycle": 2, "planId": "lite-monthly", "credits": 180, "grantId": "4"}');
INSERT INTO holdfast.idempotency_keys VALUES ('superseded', 'renew', 'superseded-3', '{"paidAt": null, "subscriptionId": "s-2"}', '{"granted": [{"cycle": 2, "planId": "lite-monthly", "credits": 180, "grantId": "4"}], "newTerm": false, "subscription": {"at": "2026-11-11T13:30:00.000Z", "term": 2, "cycle": 2, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-12-10T13:30:00.000Z", "timeZone": "UTC", "accountId": "superseded", "closedWhy": null, "paidAhead": 0, "paidCycle": 2, "paidUntil": "2026-12-10T13:30:00.000Z", "windowEnd": "2026-12-12T14:30:00.000Z", "cycleStart": "2026-11-10T13:30:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-12-12T13:30:00.000Z", "cycleLength": "P1M", "grantedCycle": 2, "subscriptionId": "s-2", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('lapsed', 'grant', 'cycle:s-1:2', '{"cycle": 2, "subscriptionId": "s-1"}', '{"cycle": 2, "planId": "advanced-monthly", "credits": 800, "grantId": "3"}');
INSERT INTO holdfast.idempotency_keys VALUES ('lapsed', 'renew', 'lapsed-2', '{"paidAt": null, "subscriptionId": "s-1"}', '{"granted": [{"cycle": 2, "planId": "advanced-monthly", "credits": 800, "grantId": "3"}], "newTerm": true, "subscription": {"at": "2026-11-11T13:30:00.000Z", "term": 2, "cycle": 2, "planId": "advanced-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-12-11T13:30:00.000Z", "timeZone": "UTC", "accountId": "lapsed", "closedWhy": null, "paidAhead": 0, "paidCycle": 2, "paidUntil": "2026-12-11T13:30:00.000Z", "windowEnd": "2026-12-13T14:30:00.000Z", "cycleStart": "2026-11-11T13:30:00.000Z", "nextPlanId": "advanced-monthly", "validUntil": "2026-12-13T13:30:00.000Z", "cycleLength": "P1M", "grantedCycle": 2, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('lapsed', 'change_plan', 'downgrade', '{"planId": "lite-monthly", "subscriptionId": "s-1"}', '{"effect": "at-boundary", "granted": [], "paymentUsed": false, "subscription": {"at": "2026-11-11T13:30:00.000Z", "term": 2, "cycle": 2, "planId": "advanced-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-12-11T13:30:00.000Z", "timeZone": "UTC", "accountId": "lapsed", "closedWhy": null, "paidAhead": 0, "paidCycle": 2, "paidUntil": "2026-12-11T13:30:00.000Z", "windowEnd": "2026-12-13T14:30:00.000Z", "cycleStart": "2026-11-11T13:30:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-12-13T13:30:00.000Z", "cycleLength": "P1M", "grantedCycle": 2, "subscriptionId": "s-1", "scheduledPlanId": "lite-monthly", "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('owner', 'grant', 'cycle:s-1:1', '{"cycle": 1, "subscriptionId": "s-1"}', '{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}');
INSERT INTO holdfast.idempotency_keys VALUES ('owner', 'subscribe', 's-1', '{"planId": "lite-monthly", "paymentReference": "owner-1"}', '{"granted": [{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}], "subscription": {"at": "2026-11-15T12:00:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-12-15T12:00:00.000Z", "timeZone": "UTC", "accountId": "owner", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-12-15T12:00:00.000Z", "windowEnd": "2026-12-17T13:00:00.000Z", "cycleStart": "2026-11-15T12:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-12-17T12:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('owner', 'set_limits', 'limits', '{"dailyCreditsMax": 500, "generationCreditsMax": 120, "concurrentGenerationsMax": 3}', '{"stops": [], "topUp": null, "limits": {"dailyCreditsMax": 500, "generationCreditsMax": 120, "concurrentGenerationsMax": 3}, "accountId": "owner", "lowBalance": []}');
INSERT INTO holdfast.idempotency_keys VALUES ('owner', 'set_low_balance', 'thresholds', '[{"credits": 100}, {"percentOfCycle": 20}]', '{"stops": [], "topUp": null, "limits": {"dailyCreditsMax": 500, "generationCreditsMax": 120, "concurrentGenerationsMax": 3}, "accountId": "owner", "lowBalance": [{"credits": 100}, {"percentOfCycle": 20}]}');
INSERT INTO holdfast.idempotency_keys VALUES ('owner', 'set_top_up', 'top-up', '{"packId": "pack-300", "belowCredits": 10, "paymentMethod": "card-1", "monthlyCapCents": 20000}', '{"stops": [], "topUp": {"packId": "pack-300", "retryAt": null, "failures": 0, "stoppedWhy": null, "belowCredits": 10, "paymentMethod": "card-1", "monthlyCapCents": 20000, "spentThisMonthCents": 0}, "limits": {"dailyCreditsMax": 500, "generationCreditsMax": 120, "concurrentGenerationsMax": 3}, "accountId": "owner", "lowBalance": [{"credits": 100}, {"percentOfCycle": 20}]}');
INSERT INTO holdfast.idempotency_keys VALUES ('automatic', 'grant', 'cycle:s-1:1', '{"cycle": 1, "subscriptionId": "s-1"}', '{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}');
INSERT INTO holdfast.idempotency_keys VALUES ('automatic', 'subscribe', 's-1', '{"planId": "lite-monthly", "paymentReference": "automatic-1"}', '{"granted": [{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}], "subscription": {"at": "2026-11-16T12:00:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-12-16T12:00:00.000Z", "timeZone": "UTC", "accountId": "automatic", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-12-16T12:00:00.000Z", "windowEnd": "2026-12-18T13:00:00.000Z", "cycleStart": "2026-11-16T12:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-12-18T12:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('dreamer', 'grant', 'gift', '{"by": "ops", "reason": "baseline", "source": "promotion", "credits": 3, "expiresAt": "2027-06-01T00:00:00.000Z"}', '{"source": "promotion", "credits": 3, "grantId": "1", "accountId": "dreamer", "expiresAt": "2027-06-01T00:00:00.000Z", "grantedAt": "2026-11-28T12:00:00.000Z"}');
INSERT INTO holdfast.idempotency_keys VALUES ('automatic', 'set_top_up', 'top-up', '{"packId": "pack-125", "belowCredits": 1000, "monthlyCapCents": 6000}', '{"stops": [{"by": "ops", "kind": "text-to-video-veo3", "since": "2026-11-15T12:00:00.000Z", "reason": "abuse", "accountId": null}], "topUp": {"packId": "pack-125", "retryAt": null, "failures": 0, "stoppedWhy": null, "belowCredits": 1000, "monthlyCapCents": 6000, "spentThisMonthCents": 0}, "limits": {"dailyCreditsMax": null, "generationCreditsMax": null, "concurrentGenerationsMax": null}, "accountId": "automatic", "lowBalance": []}');
INSERT INTO holdfast.idempotency_keys VALUES ('stuck-card', 'grant', 'cycle:s-1:1', '{"cycle": 1, "subscriptionId": "s-1"}', '{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}');
INSERT INTO holdfast.idempotency_keys VALUES ('stuck-card', 'subscribe', 's-1', '{"planId": "lite-monthly", "paymentReference": "stuck-card-1"}', '{"granted": [{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}], "subscription": {"at": "2026-11-16T12:00:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-12-16T12:00:00.000Z", "timeZone": "UTC", "accountId": "stuck-card", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-12-16T12:00:00.000Z", "windowEnd": "2026-12-18T13:00:00.000Z", "cycleStart": "2026-11-16T12:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-12-18T12:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('stuck-card', 'set_top_up', 'top-up', '{"packId": "pack-125", "belowCredits": 1000, "monthlyCapCents": 6000}', '{"stops": [{"by": "ops", "kind": "text-to-video-veo3", "since": "2026-11-15T12:00:00.000Z", "reason": "abuse", "accountId": null}], "topUp": {"packId": "pack-125", "retryAt": null, "failures": 0, "stoppedWhy": null, "belowCredits": 1000, "monthlyCapCents": 6000, "spentThisMonthCents": 0}, "limits": {"dailyCreditsMax": null, "generationCreditsMax": null, "concurrentGenerationsMax": null}, "accountId": "stuck-card", "lowBalance": []}');
INSERT INTO holdfast.idempotency_keys VALUES ('automatic', 'grant', 'purchase:top-up-1', '{"purchaseId": "top-up-1"}', '{"packId": "pack-125", "credits": 125, "grantId": "2"}');
INSERT INTO holdfast.idempotency_keys VALUES ('missed-cycle', 'grant', 'cycle:s-1:1', '{"cycle": 1, "subscriptionId": "s-1"}', '{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}');
INSERT INTO holdfast.idempotency_keys VALUES ('missed-cycle', 'subscribe', 's-1', '{"planId": "lite-monthly", "paymentReference": "missed-1"}', '{"granted": [{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}], "subscription": {"at": "2026-10-28T11:59:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-11-28T11:59:00.000Z", "timeZone": "UTC", "accountId": "missed-cycle", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-11-28T11:59:00.000Z", "windowEnd": "2026-11-30T12:59:00.000Z", "cycleStart": "2026-10-28T11:59:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-11-30T11:59:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('missed-cycle', 'renew', 'missed-2', '{"paidAt": null, "subscriptionId": "s-1"}', '{"granted": [], "newTerm": false, "subscription": {"at": "2026-10-28T11:59:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-11-28T11:59:00.000Z", "timeZone": "UTC", "accountId": "missed-cycle", "closedWhy": null, "paidAhead": 1, "paidCycle": 2, "paidUntil": "2026-12-28T11:59:00.000Z", "windowEnd": "2026-12-30T12:59:00.000Z", "cycleStart": "2026-10-28T11:59:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-12-30T11:59:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('buyer', 'grant', 'cycle:s-1:1', '{"cycle": 1, "subscriptionId": "s-1"}', '{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}');
INSERT INTO holdfast.idempotency_keys VALUES ('buyer', 'subscribe', 's-1', '{"planId": "lite-monthly", "paymentReference": "buyer-1"}', '{"granted": [{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}], "subscription": {"at": "2026-11-25T12:00:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-12-25T12:00:00.000Z", "timeZone": "UTC", "accountId": "buyer", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-12-25T12:00:00.000Z", "windowEnd": "2026-12-27T13:00:00.000Z", "cycleStart": "2026-11-25T12:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-12-27T12:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('late-payer', 'grant', 'cycle:s-1:1', '{"cycle": 1, "subscriptionId": "s-1"}', '{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}');
INSERT INTO holdfast.idempotency_keys VALUES ('late-payer', 'subscribe', 's-1', '{"planId": "lite-monthly", "paymentReference": "late-payer-1"}', '{"granted": [{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}], "subscription": {"at": "2026-11-25T12:00:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-12-25T12:00:00.000Z", "timeZone": "UTC", "accountId": "late-payer", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-12-25T12:00:00.000Z", "windowEnd": "2026-12-27T13:00:00.000Z", "cycleStart": "2026-11-25T12:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-12-27T12:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('lost-buyer', 'grant', 'cycle:s-1:1', '{"cycle": 1, "subscriptionId": "s-1"}', '{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}');
INSERT INTO holdfast.idempotency_keys VALUES ('lost-buyer', 'subscribe', 's-1', '{"planId": "lite-monthly", "paymentReference": "lost-buyer-1"}', '{"granted": [{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}], "subscription": {"at": "2026-11-25T12:00:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-12-25T12:00:00.000Z", "timeZone": "UTC", "accountId": "lost-buyer", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-12-25T12:00:00.000Z", "windowEnd": "2026-12-27T13:00:00.000Z", "cycleStart": "2026-11-25T12:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-12-27T12:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('topper', 'grant', 'cycle:s-1:1', '{"cycle": 1, "subscriptionId": "s-1"}', '{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}');
INSERT INTO holdfast.idempotency_keys VALUES ('topper', 'subscribe', 's-1', '{"planId": "lite-monthly", "paymentReference": "topper-1"}', '{"granted": [{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}], "subscription": {"at": "2026-11-25T12:00:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-12-25T12:00:00.000Z", "timeZone": "UTC", "accountId": "topper", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-12-25T12:00:00.000Z", "windowEnd": "2026-12-27T13:00:00.000Z", "cycleStart": "2026-11-25T12:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-12-27T12:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('ends-soon', 'grant', 'gift', '{"by": "ops", "reason": "Für den Anfang 🎁", "source": "promotion", "credits": 7, "expiresAt": "2026-11-28T11:00:00.000Z"}', '{"source": "promotion", "credits": 7, "grantId": "1", "accountId": "ends-soon", "expiresAt": "2026-11-28T11:00:00.000Z", "grantedAt": "2026-11-25T12:00:00.000Z"}');
INSERT INTO holdfast.idempotency_keys VALUES ('parked', 'grant', 'gift', '{"by": "ops", "reason": "Für den Anfang 🎁", "source": "promotion", "credits": 3, "expiresAt": "2027-06-01T00:00:00.000Z"}', '{"source": "promotion", "credits": 3, "grantId": "1", "accountId": "parked", "expiresAt": "2027-06-01T00:00:00.000Z", "grantedAt": "2026-11-25T12:00:00.000Z"}');
INSERT INTO holdfast.idempotency_keys VALUES ('woken', 'grant', 'gift', '{"by": "ops", "reason": "Für den Anfang 🎁", "source": "promotion", "credits": 3, "expiresAt": "2027-06-01T00:00:00.000Z"}', '{"source": "promotion", "credits": 3, "grantId": "1", "accountId": "woken", "expiresAt": "2027-06-01T00:00:00.000Z", "grantedAt": "2026-11-25T12:00:00.000Z"}');
INSERT INTO holdfast.idempotency_keys VALUES ('grantee', 'grant', 'gift', '{"by": "ops", "reason": "Für den Anfang 🎁", "source": "promotion", "credits": 3, "expiresAt": "2027-06-01T00:00:00.000Z"}', '{"source": "promotion", "credits": 3, "grantId": "1", "accountId": "grantee", "expiresAt": "2027-06-01T00:00:00.000Z", "grantedAt": "2026-11-25T12:00:00.000Z"}');
INSERT INTO holdfast.idempotency_keys VALUES ('setter', 'grant', 'gift', '{"by": "ops", "reason": "Für den Anfang 🎁", "source": "promotion", "credits": 3, "expiresAt": "2027-06-01T00:00:00.000Z"}', '{"source": "promotion", "credits": 3, "grantId": "1", "accountId": "setter", "expiresAt": "2027-06-01T00:00:00.000Z", "grantedAt": "2026-11-25T12:00:00.000Z"}');
INSERT INTO holdfast.idempotency_keys VALUES ('woken', 'grant', 'more', '{"by": "ops", "reason": "Für den Anfang 🎁", "source": "promotion", "credits": 20, "expiresAt": "2027-06-01T00:00:00.000Z"}', '{"source": "promotion", "credits": 20, "grantId": "2", "accountId": "woken", "expiresAt": "2027-06-01T00:00:00.000Z", "grantedAt": "2026-11-28T11:58:00.000Z"}');
INSERT INTO holdfast.idempotency_keys VALUES ('subscriber', 'grant', 'cycle:s-1:1', '{"cycle": 1, "subscriptionId": "s-1"}', '{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}');
INSERT INTO holdfast.idempotency_keys VALUES ('subscriber', 'subscribe', 's-1', '{"planId": "lite-monthly", "paymentReference": "subscriber-1"}', '{"granted": [{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}], "subscription": {"at": "2026-10-10T12:00:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-11-10T12:00:00.000Z", "timeZone": "UTC", "accountId": "subscriber", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-11-10T12:00:00.000Z", "windowEnd": "2026-11-12T13:00:00.000Z", "cycleStart": "2026-10-10T12:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-11-12T12:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('subscriber', 'renew', 'subscriber-2', '{"paidAt": null, "subscriptionId": "s-1"}', '{"granted": [], "newTerm": false, "subscription": {"at": "2026-10-10T12:00:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-11-10T12:00:00.000Z", "timeZone": "UTC", "accountId": "subscriber", "closedWhy": null, "paidAhead": 1, "paidCycle": 2, "paidUntil": "2026-12-10T12:00:00.000Z", "windowEnd": "2026-12-12T13:00:00.000Z", "cycleStart": "2026-10-10T12:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-12-12T12:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('subscriber', 'grant', 'cycle:s-1:2', '{"cycle": 2, "subscriptionId": "s-1"}', '{"cycle": 2, "planId": "lite-monthly", "credits": 180, "grantId": "2"}');
INSERT INTO holdfast.idempotency_keys VALUES ('subscriber', 'renew', 'subscriber-3', '{"paidAt": null, "subscriptionId": "s-1"}', '{"granted": [{"cycle": 2, "planId": "lite-monthly", "credits": 180, "grantId": "2"}], "newTerm": false, "subscription": {"at": "2026-11-10T12:00:01.000Z", "term": 1, "cycle": 2, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-12-10T12:00:00.000Z", "timeZone": "UTC", "accountId": "subscriber", "closedWhy": null, "paidAhead": 1, "paidCycle": 3, "paidUntil": "2027-01-10T12:00:00.000Z", "windowEnd": "2027-01-12T13:00:00.000Z", "cycleStart": "2026-11-10T12:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2027-01-12T12:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 2, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('leaver', 'grant', 'cycle:s-1:1', '{"cycle": 1, "subscriptionId": "s-1"}', '{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}');
INSERT INTO holdfast.idempotency_keys VALUES ('leaver', 'subscribe', 's-1', '{"planId": "lite-monthly", "paymentReference": "leaver-1"}', '{"granted": [{"cycle": 1, "planId": "lite-monthly", "credits": 180, "grantId": "1"}], "subscription": {"at": "2026-10-28T11:20:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-11-28T11:20:00.000Z", "timeZone": "UTC", "accountId": "leaver", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-11-28T11:20:00.000Z", "windowEnd": "2026-11-30T12:20:00.000Z", "cycleStart": "2026-10-28T11:20:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-11-30T11:20:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('leaver', 'cancel', 'cancel', '{"subscriptionId": "s-1"}', '{"subscription": {"at": "2026-11-28T11:19:57.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "active", "closedAt": null, "cycleEnd": "2026-11-28T11:20:00.000Z", "timeZone": "UTC", "accountId": "leaver", "closedWhy": null, "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-11-28T11:20:00.000Z", "windowEnd": "2026-11-28T12:20:00.000Z", "cycleStart": "2026-10-28T11:20:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-11-28T11:20:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": true}}');
INSERT INTO holdfast.idempotency_keys VALUES ('gone', 'grant', 'gift', '{"by": "ops", "reason": "baseline", "source": "promotion", "credits": 5, "expiresAt": "2027-06-01T00:00:00.000Z"}', '{"source": "promotion", "credits": 5, "grantId": "1", "accountId": "gone", "expiresAt": "2027-06-01T00:00:00.000Z", "grantedAt": "2026-11-28T12:00:00.000Z"}');
INSERT INTO holdfast.idempotency_keys VALUES ('gone', 'deduct', 'all', '{"by": "ops", "reason": "baseline", "credits": 5}', '{"at": "2026-11-28T12:00:00.000Z", "credits": 5, "version": 2, "accountId": "gone"}');
INSERT INTO holdfast.idempotency_keys VALUES ('unreachable', 'grant', 'gift', '{"by": "ops", "reason": "baseline", "source": "promotion", "credits": 5, "expiresAt": "2027-06-01T00:00:00.000Z"}', '{"source": "promotion", "credits": 5, "grantId": "1", "accountId": "unreachable", "expiresAt": "2027-06-01T00:00:00.000Z", "grantedAt": "2026-11-28T12:00:00.000Z"}');
INSERT INTO holdfast.idempotency_keys VALUES ('unreachable', 'deduct', 'all', '{"by": "ops", "reason": "baseline", "credits": 5}', '{"at": "2026-11-28T12:00:00.000Z", "credits": 5, "version": 2, "accountId": "unreachable"}');
INSERT INTO holdfast.idempotency_keys VALUES ('late-payer', 'end_now', 'end', '{"subscriptionId": "s-1"}', '{"entries": 1, "expired": 180, "granted": [], "subscription": {"at": "2026-11-28T12:00:00.000Z", "term": 1, "cycle": 1, "planId": "lite-monthly", "status": "closed", "closedAt": "2026-11-28T12:00:00.000Z", "cycleEnd": "2026-12-25T12:00:00.000Z", "timeZone": "UTC", "accountId": "late-payer", "closedWhy": "ended-now", "paidAhead": 0, "paidCycle": 1, "paidUntil": "2026-12-25T12:00:00.000Z", "windowEnd": "2026-11-28T12:00:00.000Z", "cycleStart": "2026-11-25T12:00:00.000Z", "nextPlanId": "lite-monthly", "validUntil": "2026-11-28T12:00:00.000Z", "cycleLength": "P1M", "grantedCycle": 1, "subscriptionId": "s-1", "scheduledPlanId": null, "cancelAtPeriodEnd": false}}');
INSERT INTO holdfast.idempotency_keys VALUES ('topper', 'set_top_up', 'top-up', '{"packId": "pack-125", "belowCredits": 1000, "paymentMethod": "simulate-declined", "monthlyCapCents": 20000}', '{"stops": [{"by": "ops", "kind": "text-to-video-veo3", "since": "2026-11-15T12:00:00.000Z", "reason": "abuse", "accountId": null}], "topUp": {"packId": "pack-125", "retryAt": null, "failures": 0, "stoppedWhy": null, "belowCredits": 1000, "paymentMethod": "simulate-declined", "monthlyCapCents": 20000, "spentThisMonthCents": 0}, "limits": {"dailyCreditsMax": null, "generationCreditsMax": null, "concurrentGenerationsMax": null}, "accountId": "topper", "lowBalance": []}');


--
-- Data for Name: low_balance_thresholds; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.low_balance_thresholds VALUES ('owner', 2, NULL, 20, false);
INSERT INTO holdfast.low_balance_thresholds VALUES ('owner', 1, 100, NULL, true);


--
-- Data for Name: notices; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.notices VALUES ('owner', 1, 'balance-low', '{"left": 80, "available": 80, "threshold": {"credits": 100}, "thresholdCredits": 100}', '2026-11-15 12:00:00+00', NULL, 'pending', NULL, NULL, '2026-11-15 13:00:00+00');
INSERT INTO holdfast.notices VALUES ('automatic', 1, 'top-up-failed', '{"packId": "pack-125", "reason": "monthly-cap", "retryAt": null, "stopped": false, "currency": "USD", "priceCents": 5200}', '2026-11-16 12:00:00+00', 'monthly-cap:2026-11:6000', 'pending', NULL, NULL, '2026-11-16 13:00:00+00');
INSERT INTO holdfast.notices VALUES ('stuck-card', 1, 'top-up-failed', '{"packId": "pack-125", "reason": "card-declined", "retryAt": "2026-11-16T13:00:00.000Z", "stopped": false, "currency": "USD", "priceCents": 5200, "purchaseId": "top-up-1"}', '2026-11-16 12:00:00+00', 'declined:top-up-1', 'pending', NULL, NULL, '2026-11-16 13:00:00+00');
INSERT INTO holdfast.notices VALUES ('stuck-card', 2, 'top-up-failed', '{"packId": "pack-125", "reason": "card-declined", "retryAt": "2026-11-16T20:00:00.000Z", "stopped": false, "currency": "USD", "priceCents": 5200, "purchaseId": "top-up-2"}', '2026-11-16 14:00:00+00', 'declined:top-up-2', 'pending', NULL, NULL, '2026-11-16 15:00:00+00');
INSERT INTO holdfast.notices VALUES ('stuck-card', 3, 'top-up-failed', '{"packId": "pack-125", "reason": "card-declined", "retryAt": null, "stopped": true, "currency": "USD", "priceCents": 5200, "purchaseId": "top-up-3"}', '2026-11-16 22:00:00+00', 'declined:top-up-3', 'pending', NULL, NULL, '2026-11-16 23:00:00+00');
INSERT INTO holdfast.notices VALUES ('parked', 1, 'ran-dry', '{"left": 3, "required": 10, "available": 3, "requestId": "r-first"}', '2026-11-28 11:58:00+00', NULL, 'pending', NULL, NULL, '2026-11-28 12:58:00+00');
INSERT INTO holdfast.notices VALUES ('woken', 1, 'ran-dry', '{"left": 3, "required": 10, "available": 3, "requestId": "r-first"}', '2026-11-28 11:58:00+00', NULL, 'pending', NULL, NULL, '2026-11-28 12:58:00+00');
INSERT INTO holdfast.notices VALUES ('dreamer', 1, 'ran-dry', '{"left": 3, "required": 10, "available": 3, "requestId": "r-1"}', '2026-11-28 12:00:00+00', NULL, 'delivered', '2026-11-28 12:00:00+00', NULL, '2026-11-28 13:00:00+00');
INSERT INTO holdfast.notices VALUES ('unreachable', 1, 'ran-dry', '{"left": 0, "available": 0}', '2026-11-28 12:00:00+00', NULL, 'pending', NULL, NULL, '2026-11-28 13:00:00+00');
INSERT INTO holdfast.notices VALUES ('gone', 1, 'ran-dry', '{"left": 0, "available": 0}', '2026-11-28 12:00:00+00', NULL, 'failed', '2026-11-28 12:00:00+00', 'The receiver is gone.', '2026-11-28 13:00:00+00');
INSERT INTO holdfast.notices VALUES ('topper', 1, 'top-up-failed', '{"packId": "pack-125", "reason": "card-declined", "retryAt": "2026-11-28T13:00:00.000Z", "stopped": false, "currency": "USD", "priceCents": 5200, "purchaseId": "top-up-1"}', '2026-11-28 12:00:00+00', 'declined:top-up-1', 'delivered', '2026-11-28 12:00:00+00', NULL, '2026-11-28 13:00:00+00');


--
-- Data for Name: outbox; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.outbox VALUES ('owner', 'top-up', '', 1, '2026-11-15 12:00:00+00');
INSERT INTO holdfast.outbox VALUES ('owner', 'notices', '', 2, '2026-11-15 12:00:00+00');
INSERT INTO holdfast.outbox VALUES ('automatic', 'top-up', '', 4, '2026-11-16 12:00:00+00');
INSERT INTO holdfast.outbox VALUES ('automatic', 'notices', '', 7, '2026-11-16 12:00:00+00');
INSERT INTO holdfast.outbox VALUES ('stuck-card', 'top-up', '', 11, '2026-11-16 12:00:00+00');
INSERT INTO holdfast.outbox VALUES ('stuck-card', 'notices', '', 12, '2026-11-16 12:00:00+00');
INSERT INTO holdfast.outbox VALUES ('parked', 'notices', '', 13, '2026-11-28 11:58:00+00');
INSERT INTO holdfast.outbox VALUES ('woken', 'notices', '', 14, '2026-11-28 11:58:00+00');
INSERT INTO holdfast.outbox VALUES ('woken', 'wake', 'r-first', 15, '2026-11-28 11:58:00+00');


--
-- Data for Name: payments; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.payments VALUES ('acme', 'inv-1001', 's-1', 1, 'cycle', 'lite-monthly', '2026-09-05 10:00:00+00', '2026-09-05 10:00:00+00');
INSERT INTO holdfast.payments VALUES ('acme', 'inv-1002', 's-1', 2, 'cycle', 'lite-monthly', '2026-10-04 10:00:00+00', '2026-10-04 10:00:00+00');
INSERT INTO holdfast.payments VALUES ('acme', 'inv-1003', 's-1', 2, 'upgrade', 'professional-monthly', '2026-10-10 10:00:00+00', '2026-10-10 10:00:00+00');
INSERT INTO holdfast.payments VALUES ('longer', 'inv-2001', 's-1', 1, 'cycle', 'lite-monthly', '2026-10-11 10:00:00+00', '2026-10-11 10:00:00+00');
INSERT INTO holdfast.payments VALUES ('longer', 'inv-2002', 's-1', 2, 'cycle', 'professional-yearly', '2026-10-11 10:00:00+00', '2026-10-11 10:00:00+00');
INSERT INTO holdfast.payments VALUES ('acme', 'inv-1004', 's-1', 3, 'cycle', 'lite-monthly', '2026-11-06 09:00:00+00', '2026-11-06 10:00:00+00');
INSERT INTO holdfast.payments VALUES ('ended', 'ended-1', 's-1', 1, 'cycle', 'advanced-monthly', '2026-09-10 12:00:00+00', '2026-09-10 12:00:00+00');
INSERT INTO holdfast.payments VALUES ('lapsed', 'lapsed-1', 's-1', 1, 'cycle', 'advanced-monthly', '2026-09-10 12:00:00+00', '2026-09-10 12:00:00+00');
INSERT INTO holdfast.payments VALUES ('superseded', 'superseded-1', 's-1', 1, 'cycle', 'advanced-monthly', '2026-09-10 12:00:00+00', '2026-09-10 12:00:00+00');
INSERT INTO holdfast.payments VALUES ('superseded', 'superseded-2', 's-2', 1, 'cycle', 'lite-monthly', '2026-10-10 13:30:00+00', '2026-10-10 13:30:00+00');
INSERT INTO holdfast.payments VALUES ('superseded', 'superseded-3', 's-2', 2, 'cycle', 'lite-monthly', '2026-11-11 13:30:00+00', '2026-11-11 13:30:00+00');
INSERT INTO holdfast.payments VALUES ('lapsed', 'lapsed-2', 's-1', 2, 'cycle', 'advanced-monthly', '2026-11-11 13:30:00+00', '2026-11-11 13:30:00+00');
INSERT INTO holdfast.payments VALUES ('owner', 'owner-1', 's-1', 1, 'cycle', 'lite-monthly', '2026-11-15 12:00:00+00', '2026-11-15 12:00:00+00');
INSERT INTO holdfast.payments VALUES ('automatic', 'automatic-1', 's-1', 1, 'cycle', 'lite-monthly', '2026-11-16 12:00:00+00', '2026-11-16 12:00:00+00');
INSERT INTO holdfast.payments VALUES ('stuck-card', 'stuck-card-1', 's-1', 1, 'cycle', 'lite-monthly', '2026-11-16 12:00:00+00', '2026-11-16 12:00:00+00');
INSERT INTO holdfast.payments VALUES ('missed-cycle', 'missed-1', 's-1', 1, 'cycle', 'lite-monthly', '2026-10-28 11:59:00+00', '2026-10-28 11:59:00+00');
INSERT INTO holdfast.payments VALUES ('missed-cycle', 'missed-2', 's-1', 2, 'cycle', 'lite-monthly', '2026-10-28 11:59:00+00', '2026-10-28 11:59:00+00');
INSERT INTO holdfast.payments VALUES ('buyer', 'buyer-1', 's-1', 1, 'cycle', 'lite-monthly', '2026-11-25 12:00:00+00', '2026-11-25 12:00:00+00');
INSERT INTO holdfast.payments VALUES ('late-payer', 'late-payer-1', 's-1', 1, 'cycle', 'lite-monthly', '2026-11-25 12:00:00+00', '2026-11-25 12:00:00+00');
INSERT INTO holdfast.payments VALUES ('lost-buyer', 'lost-buyer-1', 's-1', 1, 'cycle', 'lite-monthly', '2026-11-25 12:00:00+00', '2026-11-25 12:00:00+00');
INSERT INTO holdfast.payments VALUES ('topper', 'topper-1', 's-1', 1, 'cycle', 'lite-monthly', '2026-11-25 12:00:00+00', '2026-11-25 12:00:00+00');
INSERT INTO holdfast.payments VALUES ('subscriber', 'subscriber-1', 's-1', 1, 'cycle', 'lite-monthly', '2026-10-10 12:00:00+00', '2026-10-10 12:00:00+00');
INSERT INTO holdfast.payments VALUES ('subscriber', 'subscriber-2', 's-1', 2, 'cycle', 'lite-monthly', '2026-10-10 12:00:00+00', '2026-10-10 12:00:00+00');
INSERT INTO holdfast.payments VALUES ('subscriber', 'subscriber-3', 's-1', 3, 'cycle', 'lite-monthly', '2026-11-10 12:00:01+00', '2026-11-10 12:00:01+00');
INSERT INTO holdfast.payments VALUES ('leaver', 'leaver-1', 's-1', 1, 'cycle', 'lite-monthly', '2026-10-28 11:20:00+00', '2026-10-28 11:20:00+00');


--
-- Data for Name: purchases; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.purchases VALUES ('acme', 'p-granted', '{"packId": "pack-125", "shownPriceCents": 5200}', 'pack-125', 125, 5200, 'USD', 2, 'granted', '2026-11-07 10:00:00+00', 'pay-1', NULL, 13, '2026-11-07 10:00:00+00', NULL, false);
INSERT INTO holdfast.purchases VALUES ('acme', 'p-declined', '{"packId": "pack-125", "shownPriceCents": 5200}', 'pack-125', 125, 5200, 'USD', 2, 'declined', '2026-11-07 10:00:00+00', NULL, 'card-declined', NULL, '2026-11-07 10:00:00+00', NULL, false);
INSERT INTO holdfast.purchases VALUES ('acme', 'p-voided', '{"packId": "pack-125", "shownPriceCents": 5200}', 'pack-125', 125, 5200, 'USD', 2, 'voided', '2026-11-07 10:00:00+00', NULL, 'void-requested', NULL, '2026-11-07 10:00:00+00', NULL, false);
INSERT INTO holdfast.purchases VALUES ('acme', 'p-never-seen', NULL, NULL, 0, 0, NULL, NULL, 'voided', '2026-11-07 10:00:00+00', NULL, 'cancelled', NULL, '2026-11-07 10:00:00+00', NULL, false);
INSERT INTO holdfast.purchases VALUES ('acme', 'p-returned', '{"packId": "pack-125", "shownPriceCents": 5200}', 'pack-125', 125, 5200, 'USD', 2, 'returned', '2026-11-07 10:00:00+00', NULL, 'refunded-by-provider', NULL, '2026-11-07 10:00:00+00', NULL, false);
INSERT INTO holdfast.purchases VALUES ('automatic', 'top-up-1', '{"packId": "pack-125", "currency": "USD", "shownPriceCents": 5200}', 'pack-125', 125, 5200, 'USD', 2, 'granted', '2026-11-16 12:00:00+00', 'pay-2', NULL, 2, '2026-11-16 12:00:00+00', NULL, true);
INSERT INTO holdfast.purchases VALUES ('stuck-card', 'top-up-1', '{"packId": "pack-125", "currency": "USD", "shownPriceCents": 5200}', 'pack-125', 125, 5200, 'USD', 2, 'declined', '2026-11-16 12:00:00+00', NULL, 'card-declined', NULL, '2026-11-16 12:00:00+00', NULL, true);
INSERT INTO holdfast.purchases VALUES ('stuck-card', 'top-up-2', '{"packId": "pack-125", "currency": "USD", "shownPriceCents": 5200}', 'pack-125', 125, 5200, 'USD', 2, 'declined', '2026-11-16 14:00:00+00', NULL, 'card-declined', NULL, '2026-11-16 14:00:00+00', NULL, true);
INSERT INTO holdfast.purchases VALUES ('stuck-card', 'top-up-3', '{"packId": "pack-125", "currency": "USD", "shownPriceCents": 5200}', 'pack-125', 125, 5200, 'USD', 2, 'declined', '2026-11-16 22:00:00+00', NULL, 'card-declined', NULL, '2026-11-16 22:00:00+00', NULL, true);
INSERT INTO holdfast.purchases VALUES ('lost-buyer', 'p-lost', '{"packId": "pack-125", "shownPriceCents": 5200}', 'pack-125', 125, 5200, 'USD', 2, 'open', '2026-11-28 11:58:00+00', NULL, NULL, NULL, NULL, '2026-11-28 12:00:00+00', false);
INSERT INTO holdfast.purchases VALUES ('topper', 'top-up-1', '{"packId": "pack-125", "currency": "USD", "paymentMethod": "simulate-declined", "shownPriceCents": 5200}', 'pack-125', 125, 5200, 'USD', 2, 'declined', '2026-11-28 12:00:00+00', NULL, 'card-declined', NULL, '2026-11-28 12:00:00+00', NULL, true);
INSERT INTO holdfast.purchases VALUES ('late-payer', 'p-1', '{"packId": "pack-125", "paymentMethod": "simulate-pending", "shownPriceCents": 5200}', 'pack-125', 125, 5200, 'USD', 2, 'returning', '2026-11-28 12:00:00+00', 'pay_948ad7d6dce1234c', 'subscription-ended', NULL, NULL, '2026-11-28 12:02:00+00', false);
INSERT INTO holdfast.purchases VALUES ('buyer', 'p-1', '{"packId": "pack-125", "paymentMethod": "simulate-pending", "shownPriceCents": 5200}', 'pack-125', 125, 5200, 'USD', 2, 'open', '2026-11-28 12:00:00+00', NULL, NULL, NULL, NULL, '2026-11-28 12:02:00+00', false);


--
-- Data for Name: reservations; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.reservations VALUES ('acme', 'r-committed', '{"kind": "ai-avatar", "seconds": 12, "metadata": {"project": "p-1"}}', 'committed', 4, 3, 1, '{2}', '{4}', '2026-09-06 08:30:00+00', '2026-09-06 08:30:00+00', NULL, 0, NULL, NULL, 'https://files.example/r-committed.mp4', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO holdfast.reservations VALUES ('acme', 'r-released', '{"kind": "text-to-video-veo3", "audio": true, "seconds": 8}', 'released', 40, 0, 1, '{2,1}', '{37,3}', '2026-09-06 08:30:00+00', '2026-09-06 08:30:00+00', NULL, 0, NULL, 'timed-out', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO holdfast.reservations VALUES ('acme', 'r-never-seen', NULL, 'released', 0, 0, NULL, '{}', '{}', NULL, '2026-09-06 08:30:00+00', NULL, 0, NULL, 'cancelled', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO holdfast.reservations VALUES ('owner', 'r-dear', '{"kind": "ai-avatar", "seconds": 300}', 'committed', 100, 100, 2, '{1}', '{100}', '2026-11-15 12:00:00+00', '2026-11-15 12:00:00+00', NULL, 0, NULL, NULL, 'https://files.example/r-dear.mp4', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO holdfast.reservations VALUES ('acme', 'r-open', '{"kind": "ai-avatar", "seconds": 900}', 'open', 300, 0, 2, '{1,10}', '{150,150}', '2026-11-28 11:58:00+00', NULL, '2026-11-28 12:08:00+00', 1, 'pass-1', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO holdfast.reservations VALUES ('parked', 'r-first', '{"kind": "ai-avatar", "seconds": 30}', 'waiting', 0, 0, 2, '{}', '{}', NULL, NULL, '2026-11-28 12:08:00+00', 0, NULL, NULL, NULL, 1, 10, 10, '2026-11-28 11:58:00+00', '2026-11-30 11:58:00+00', NULL);
INSERT INTO holdfast.reservations VALUES ('parked', 'r-second', '{"kind": "ai-avatar", "seconds": 30}', 'waiting', 0, 0, 2, '{}', '{}', NULL, NULL, '2026-11-28 12:08:00+00', 0, NULL, NULL, NULL, 2, 10, 10, '2026-11-28 11:58:00+00', '2026-11-30 11:58:00+00', NULL);
INSERT INTO holdfast.reservations VALUES ('woken', 'r-first', '{"kind": "ai-avatar", "seconds": 30}', 'waiting', 0, 0, 2, '{}', '{}', NULL, NULL, '2026-11-28 12:08:00+00', 0, NULL, NULL, NULL, 1, 10, 10, '2026-11-28 11:58:00+00', '2026-11-30 11:58:00+00', '2026-11-28 11:58:00+00');
INSERT INTO holdfast.reservations VALUES ('studio', 'r-1', '{"kind": "text-to-image", "metadata": {"project": "p-1"}, "inputHash": "84a67faf1fd05aedbfda71d2fb1e125d7258eb1edfff1bad4b450b8365995675"}', 'open', 2, 0, 2, '{1}', '{2}', '2026-11-28 12:00:00+00', NULL, '2026-11-28 12:05:00+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO holdfast.reservations VALUES ('dreamer', 'r-1', '{"kind": "ai-avatar", "seconds": 30}', 'waiting', 0, 0, 2, '{}', '{}', NULL, NULL, '2026-11-28 12:05:00+00', 0, NULL, NULL, NULL, 1, 10, 10, '2026-11-28 12:00:00+00', '2026-11-29 12:00:00+00', NULL);


--
-- Data for Name: schema_migrations; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.schema_migrations VALUES ('0001_ledger.sql', '2026-11-29 07:40:56.260053+00');
INSERT INTO holdfast.schema_migrations VALUES ('0002_subscriptions.sql', '2026-11-29 07:40:56.291078+00');
INSERT INTO holdfast.schema_migrations VALUES ('0003_purchases.sql', '2026-11-29 07:40:56.34797+00');
INSERT INTO holdfast.schema_migrations VALUES ('0004_waiting.sql', '2026-11-29 07:40:56.445687+00');
INSERT INTO holdfast.schema_migrations VALUES ('0005_origins.sql', '2026-11-29 07:40:56.448002+00');
INSERT INTO holdfast.schema_migrations VALUES ('0006_top_up_price.sql', '2026-11-29 07:40:56.450468+00');


--
-- Data for Name: stops; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.stops VALUES ('held', '*', 'abuse', 'ops', '2026-11-15 12:00:00+00');
INSERT INTO holdfast.stops VALUES ('*', 'text-to-video-veo3', 'abuse', 'ops', '2026-11-15 12:00:00+00');


--
-- Data for Name: subscriptions; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.subscriptions VALUES ('lapsed', 's-1', 2, 'advanced-monthly', 'lite-monthly', 'UTC', '2026-11-11 13:30:00+00', 2, 'P1M', 2, 2, 'P2D', 'PT1H', false, 'active', NULL, NULL, '2026-11-11 13:32:00+00');
INSERT INTO holdfast.subscriptions VALUES ('owner', 's-1', 1, 'lite-monthly', NULL, 'UTC', '2026-11-15 12:00:00+00', 1, 'P1M', 1, 1, 'P2D', 'PT1H', false, 'active', NULL, NULL, '2026-11-15 12:02:00+00');
INSERT INTO holdfast.subscriptions VALUES ('subscriber', 's-1', 1, 'lite-monthly', NULL, 'UTC', '2026-10-10 12:00:00+00', 1, 'P1M', 3, 2, 'P2D', 'PT1H', false, 'active', NULL, NULL, '2026-10-10 12:02:00+00');
INSERT INTO holdfast.subscriptions VALUES ('automatic', 's-1', 1, 'lite-monthly', NULL, 'UTC', '2026-11-16 12:00:00+00', 1, 'P1M', 1, 1, 'P2D', 'PT1H', false, 'active', NULL, NULL, '2026-11-16 12:02:00+00');
INSERT INTO holdfast.subscriptions VALUES ('stuck-card', 's-1', 1, 'lite-monthly', NULL, 'UTC', '2026-11-16 12:00:00+00', 1, 'P1M', 1, 1, 'P2D', 'PT1H', false, 'active', NULL, NULL, '2026-11-16 12:02:00+00');
INSERT INTO holdfast.subscriptions VALUES ('acme', 's-1', 1, 'lite-monthly', NULL, 'Europe/Berlin', '2026-09-05 10:00:00+00', 1, 'P1M', 3, 3, 'P2D', 'PT1H', false, 'active', NULL, NULL, '2026-09-05 10:02:00+00');
INSERT INTO holdfast.subscriptions VALUES ('longer', 's-1', 1, 'professional-yearly', NULL, 'UTC', '2026-10-11 10:00:00+00', 2, 'P1Y', 2, 2, 'P2D', 'PT1H', true, 'active', NULL, NULL, '2026-10-11 10:02:00+00');
INSERT INTO holdfast.subscriptions VALUES ('missed-cycle', 's-1', 1, 'lite-monthly', NULL, 'UTC', '2026-10-28 11:59:00+00', 1, 'P1M', 2, 1, 'P2D', 'PT1H', false, 'active', NULL, NULL, '2026-10-28 12:01:00+00');
INSERT INTO holdfast.subscriptions VALUES ('leaver', 's-1', 1, 'lite-monthly', NULL, 'UTC', '2026-10-28 11:20:00+00', 1, 'P1M', 1, 1, 'P2D', 'PT1H', true, 'active', NULL, NULL, '2026-10-28 11:22:00+00');
INSERT INTO holdfast.subscriptions VALUES ('buyer', 's-1', 1, 'lite-monthly', NULL, 'UTC', '2026-11-25 12:00:00+00', 1, 'P1M', 1, 1, 'P2D', 'PT1H', false, 'active', NULL, NULL, '2026-11-25 12:02:00+00');
INSERT INTO holdfast.subscriptions VALUES ('ended', 's-1', 1, 'advanced-monthly', NULL, 'UTC', '2026-09-10 12:00:00+00', 1, 'P1M', 1, 1, 'PT0S', 'PT1H', false, 'closed', 'ended-now', '2026-09-10 12:00:00+00', '2026-09-10 12:02:00+00');
INSERT INTO holdfast.subscriptions VALUES ('superseded', 's-1', 1, 'advanced-monthly', NULL, 'UTC', '2026-09-10 12:00:00+00', 1, 'P1M', 1, 1, 'PT0S', 'PT1H', false, 'closed', 'superseded', '2026-10-10 13:30:00+00', '2026-09-10 12:02:00+00');
INSERT INTO holdfast.subscriptions VALUES ('late-payer', 's-1', 1, 'lite-monthly', NULL, 'UTC', '2026-11-25 12:00:00+00', 1, 'P1M', 1, 1, 'P2D', 'PT1H', false, 'closed', 'ended-now', '2026-11-28 12:00:00+00', '2026-11-25 12:02:00+00');
INSERT INTO holdfast.subscriptions VALUES ('superseded', 's-2', 2, 'lite-monthly', NULL, 'UTC', '2026-10-10 13:30:00+00', 1, 'P1M', 2, 2, 'P2D', 'PT1H', false, 'active', NULL, NULL, '2026-10-10 13:32:00+00');
INSERT INTO holdfast.subscriptions VALUES ('lost-buyer', 's-1', 1, 'lite-monthly', NULL, 'UTC', '2026-11-25 12:00:00+00', 1, 'P1M', 1, 1, 'P2D', 'PT1H', false, 'active', NULL, NULL, '2026-11-25 12:02:00+00');
INSERT INTO holdfast.subscriptions VALUES ('topper', 's-1', 1, 'lite-monthly', NULL, 'UTC', '2026-11-25 12:00:00+00', 1, 'P1M', 1, 1, 'P2D', 'PT1H', false, 'active', NULL, NULL, '2026-11-25 12:02:00+00');


--
-- Data for Name: temporal_identity; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.temporal_identity VALUES (true, 'c7ff6fcf-acf3-442d-8e22-b7e23cdb9a7e', '7e84f5fc-01fc-4a8d-88e2-f4fdad40019a', 'baseline-6375c76361cd', '2026-11-28 12:00:00+00');


--
-- Data for Name: terms; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.terms VALUES ('acme', 1, '2026-09-05 10:00:00+00', 1, '2026-10-05 10:00:00+00');
INSERT INTO holdfast.terms VALUES ('acme', 2, '2026-10-04 10:00:00+00', 1, '2026-11-07 11:00:00+00');
INSERT INTO holdfast.terms VALUES ('longer', 1, '2026-10-11 10:00:00+00', 1, '2026-11-13 10:00:00+00');
INSERT INTO holdfast.terms VALUES ('longer', 2, '2026-10-11 10:00:00+00', 1, '2027-10-13 10:00:00+00');
INSERT INTO holdfast.terms VALUES ('acme', 3, '2026-11-06 10:00:00+00', 1, '2026-12-07 11:00:00+00');
INSERT INTO holdfast.terms VALUES ('acme', 4, '2026-11-06 10:00:00+00', 1, '2026-12-05 11:00:00+00');
INSERT INTO holdfast.terms VALUES ('acme', 5, '2026-11-06 10:00:00+00', 1, '2026-12-07 11:00:00+00');
INSERT INTO holdfast.terms VALUES ('longer', 3, '2026-11-06 10:00:00+00', 1, '2027-10-11 10:00:00+00');
INSERT INTO holdfast.terms VALUES ('ended', 1, '2026-09-10 12:00:00+00', 1, '2026-10-10 12:00:00+00');
INSERT INTO holdfast.terms VALUES ('lapsed', 1, '2026-09-10 12:00:00+00', 1, '2026-10-10 12:00:00+00');
INSERT INTO holdfast.terms VALUES ('superseded', 1, '2026-09-10 12:00:00+00', 1, '2026-10-10 12:00:00+00');
INSERT INTO holdfast.terms VALUES ('ended', 2, '2026-09-10 12:00:00+00', 1, '2026-09-10 12:00:00+00');
INSERT INTO holdfast.terms VALUES ('superseded', 2, '2026-10-10 13:30:00+00', 2, '2026-11-12 13:30:00+00');
INSERT INTO holdfast.terms VALUES ('superseded', 3, '2026-11-11 13:30:00+00', 2, '2026-12-12 13:30:00+00');
INSERT INTO holdfast.terms VALUES ('lapsed', 2, '2026-11-11 13:30:00+00', 2, '2026-12-13 13:30:00+00');
INSERT INTO holdfast.terms VALUES ('owner', 1, '2026-11-15 12:00:00+00', 1, '2026-12-17 12:00:00+00');
INSERT INTO holdfast.terms VALUES ('automatic', 1, '2026-11-16 12:00:00+00', 1, '2026-12-18 12:00:00+00');
INSERT INTO holdfast.terms VALUES ('stuck-card', 1, '2026-11-16 12:00:00+00', 1, '2026-12-18 12:00:00+00');
INSERT INTO holdfast.terms VALUES ('missed-cycle', 1, '2026-10-28 11:59:00+00', 1, '2026-11-30 11:59:00+00');
INSERT INTO holdfast.terms VALUES ('missed-cycle', 2, '2026-10-28 11:59:00+00', 1, '2026-12-30 11:59:00+00');
INSERT INTO holdfast.terms VALUES ('buyer', 1, '2026-11-25 12:00:00+00', 1, '2026-12-27 12:00:00+00');
INSERT INTO holdfast.terms VALUES ('late-payer', 1, '2026-11-25 12:00:00+00', 1, '2026-12-27 12:00:00+00');
INSERT INTO holdfast.terms VALUES ('lost-buyer', 1, '2026-11-25 12:00:00+00', 1, '2026-12-27 12:00:00+00');
INSERT INTO holdfast.terms VALUES ('topper', 1, '2026-11-25 12:00:00+00', 1, '2026-12-27 12:00:00+00');
INSERT INTO holdfast.terms VALUES ('subscriber', 1, '2026-10-10 12:00:00+00', 1, '2026-11-12 12:00:00+00');
INSERT INTO holdfast.terms VALUES ('subscriber', 2, '2026-10-10 12:00:00+00', 1, '2026-12-12 12:00:00+00');
INSERT INTO holdfast.terms VALUES ('subscriber', 3, '2026-11-10 12:00:01+00', 1, '2027-01-12 12:00:00+00');
INSERT INTO holdfast.terms VALUES ('leaver', 1, '2026-10-28 11:20:00+00', 1, '2026-11-30 11:20:00+00');
INSERT INTO holdfast.terms VALUES ('leaver', 2, '2026-11-28 11:19:57+00', 1, '2026-11-28 11:20:00+00');
INSERT INTO holdfast.terms VALUES ('late-payer', 2, '2026-11-28 12:00:00+00', 1, '2026-11-28 12:00:00+00');


--
-- Data for Name: test_clock; Type: TABLE DATA; Schema: holdfast; Owner: -
--

INSERT INTO holdfast.test_clock VALUES (true, '2026-11-28 12:00:00+00');


--
-- Name: outbox_messages; Type: SEQUENCE SET; Schema: holdfast; Owner: -
--

SELECT pg_catalog.setval('holdfast.outbox_messages', 22, true);


--
-- Name: account_settings account_settings_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.account_settings
    ADD CONSTRAINT account_settings_pkey PRIMARY KEY (account_id);


--
-- Name: accounts accounts_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (account_id);


--
-- Name: catalog_versions catalog_versions_effective_once; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.catalog_versions
    ADD CONSTRAINT catalog_versions_effective_once UNIQUE (effective_from) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: catalog_versions catalog_versions_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.catalog_versions
    ADD CONSTRAINT catalog_versions_pkey PRIMARY KEY (version);


--
-- Name: cycles cycles_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.cycles
    ADD CONSTRAINT cycles_pkey PRIMARY KEY (account_id, subscription_id, cycle);


--
-- Name: entries entries_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.entries
    ADD CONSTRAINT entries_pkey PRIMARY KEY (account_id, version);


--
-- Name: grants grants_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.grants
    ADD CONSTRAINT grants_pkey PRIMARY KEY (account_id, grant_id);


--
-- Name: idempotency_keys idempotency_keys_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (account_id, operation, key);


--
-- Name: low_balance_thresholds low_balance_thresholds_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.low_balance_thresholds
    ADD CONSTRAINT low_balance_thresholds_pkey PRIMARY KEY (account_id, "position");


--
-- Name: notices notices_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (account_id, notice_id);


--
-- Name: notices notices_subject_once; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.notices
    ADD CONSTRAINT notices_subject_once UNIQUE (account_id, subject);


--
-- Name: outbox outbox_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (account_id, kind, subject);


--
-- Name: payments payments_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.payments
    ADD CONSTRAINT payments_pkey PRIMARY KEY (account_id, reference);


--
-- Name: purchases purchases_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.purchases
    ADD CONSTRAINT purchases_pkey PRIMARY KEY (account_id, purchase_id);


--
-- Name: reservations reservations_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.reservations
    ADD CONSTRAINT reservations_pkey PRIMARY KEY (account_id, request_id);


--
-- Name: schema_migrations schema_migrations_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);


--
-- Name: stops stops_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.stops
    ADD CONSTRAINT stops_pkey PRIMARY KEY (account_id, kind);


--
-- Name: subscriptions subscriptions_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.subscriptions
    ADD CONSTRAINT subscriptions_pkey PRIMARY KEY (account_id, subscription_id);


--
-- Name: subscriptions subscriptions_term_once; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.subscriptions
    ADD CONSTRAINT subscriptions_term_once UNIQUE (account_id, term);


--
-- Name: temporal_identity temporal_identity_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.temporal_identity
    ADD CONSTRAINT temporal_identity_pkey PRIMARY KEY (only_one);


--
-- Name: terms terms_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.terms
    ADD CONSTRAINT terms_pkey PRIMARY KEY (account_id, change);


--
-- Name: test_clock test_clock_pkey; Type: CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.test_clock
    ADD CONSTRAINT test_clock_pkey PRIMARY KEY (only_one);


--
-- Name: accounts_next_notice; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE INDEX accounts_next_notice ON holdfast.accounts USING btree (next_notice_at) WHERE (next_notice_at IS NOT NULL);


--
-- Name: accounts_unbooked_term; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE INDEX accounts_unbooked_term ON holdfast.accounts USING btree (valid_until, account_id) WHERE (booked_term < term);


--
-- Name: cycles_ungranted; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE INDEX cycles_ungranted ON holdfast.cycles USING btree (starts_at, account_id, subscription_id, cycle) WHERE (grant_id IS NULL);


--
-- Name: grants_own_end; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE INDEX grants_own_end ON holdfast.grants USING btree (ends_at, account_id) WHERE (has_remainder AND (ends_at IS NOT NULL));


--
-- Name: grants_with_remainder; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE INDEX grants_with_remainder ON holdfast.grants USING btree (account_id, grant_id) WHERE has_remainder;


--
-- Name: notices_overdue; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE INDEX notices_overdue ON holdfast.notices USING btree (look_from, account_id) WHERE (status = 'pending'::text);


--
-- Name: notices_pending; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE INDEX notices_pending ON holdfast.notices USING btree (account_id, notice_id) WHERE (status = 'pending'::text);


--
-- Name: payments_cycle_paid_once; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE UNIQUE INDEX payments_cycle_paid_once ON holdfast.payments USING btree (account_id, subscription_id, cycle) WHERE (pays = 'cycle'::text);


--
-- Name: purchases_automatic; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE INDEX purchases_automatic ON holdfast.purchases USING btree (account_id, opened_at) WHERE automatic;


--
-- Name: purchases_grant_once; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE UNIQUE INDEX purchases_grant_once ON holdfast.purchases USING btree (account_id, grant_id) WHERE (grant_id IS NOT NULL);


--
-- Name: purchases_payment_once; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE UNIQUE INDEX purchases_payment_once ON holdfast.purchases USING btree (account_id, payment_id) WHERE (payment_id IS NOT NULL);


--
-- Name: purchases_unfinished; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE INDEX purchases_unfinished ON holdfast.purchases USING btree (look_from, account_id, purchase_id) WHERE (resolved_at IS NULL);


--
-- Name: reservations_due; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE INDEX reservations_due ON holdfast.reservations USING btree (expires_at, account_id, request_id) WHERE (resolved_at IS NULL);


--
-- Name: reservations_queue; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE UNIQUE INDEX reservations_queue ON holdfast.reservations USING btree (account_id, ticket) WHERE (state = 'waiting'::text);


--
-- Name: subscriptions_one_active; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE UNIQUE INDEX subscriptions_one_active ON holdfast.subscriptions USING btree (account_id) WHERE (status = 'active'::text);


--
-- Name: subscriptions_watched; Type: INDEX; Schema: holdfast; Owner: -
--

CREATE INDEX subscriptions_watched ON holdfast.subscriptions USING btree (look_from, account_id) WHERE (status = 'active'::text);


--
-- Name: entries entries_are_append_only; Type: TRIGGER; Schema: holdfast; Owner: -
--

CREATE TRIGGER entries_are_append_only BEFORE DELETE OR UPDATE ON holdfast.entries FOR EACH ROW EXECUTE FUNCTION holdfast.refuse_journal_change();


--
-- Name: entries entries_are_never_truncated; Type: TRIGGER; Schema: holdfast; Owner: -
--

CREATE TRIGGER entries_are_never_truncated BEFORE TRUNCATE ON holdfast.entries FOR EACH STATEMENT EXECUTE FUNCTION holdfast.refuse_journal_change();


--
-- Name: payments payments_are_kept; Type: TRIGGER; Schema: holdfast; Owner: -
--

CREATE TRIGGER payments_are_kept BEFORE DELETE OR UPDATE ON holdfast.payments FOR EACH ROW EXECUTE FUNCTION holdfast.refuse_change();


--
-- Name: terms terms_are_append_only; Type: TRIGGER; Schema: holdfast; Owner: -
--

CREATE TRIGGER terms_are_append_only BEFORE DELETE OR UPDATE ON holdfast.terms FOR EACH ROW EXECUTE FUNCTION holdfast.refuse_change();


--
-- Name: account_settings account_settings_account_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.account_settings
    ADD CONSTRAINT account_settings_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts(account_id);


--
-- Name: cycles cycles_grant_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.cycles
    ADD CONSTRAINT cycles_grant_fkey FOREIGN KEY (account_id, grant_id) REFERENCES holdfast.grants(account_id, grant_id);


--
-- Name: cycles cycles_subscription_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.cycles
    ADD CONSTRAINT cycles_subscription_fkey FOREIGN KEY (account_id, subscription_id) REFERENCES holdfast.subscriptions(account_id, subscription_id);


--
-- Name: entries entries_account_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.entries
    ADD CONSTRAINT entries_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts(account_id);


--
-- Name: grants grants_account_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.grants
    ADD CONSTRAINT grants_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts(account_id);


--
-- Name: grants grants_cycle_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.grants
    ADD CONSTRAINT grants_cycle_fkey FOREIGN KEY (account_id, subscription_id, cycle) REFERENCES holdfast.cycles(account_id, subscription_id, cycle);


--
-- Name: idempotency_keys idempotency_keys_account_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.idempotency_keys
    ADD CONSTRAINT idempotency_keys_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts(account_id);


--
-- Name: low_balance_thresholds low_balance_thresholds_account_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.low_balance_thresholds
    ADD CONSTRAINT low_balance_thresholds_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts(account_id);


--
-- Name: notices notices_account_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.notices
    ADD CONSTRAINT notices_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts(account_id);


--
-- Name: outbox outbox_account_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.outbox
    ADD CONSTRAINT outbox_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts(account_id);


--
-- Name: payments payments_cycle_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.payments
    ADD CONSTRAINT payments_cycle_fkey FOREIGN KEY (account_id, subscription_id, cycle) REFERENCES holdfast.cycles(account_id, subscription_id, cycle);


--
-- Name: purchases purchases_account_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.purchases
    ADD CONSTRAINT purchases_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts(account_id);


--
-- Name: purchases purchases_grant_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.purchases
    ADD CONSTRAINT purchases_grant_fkey FOREIGN KEY (account_id, grant_id) REFERENCES holdfast.grants(account_id, grant_id);


--
-- Name: reservations reservations_account_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.reservations
    ADD CONSTRAINT reservations_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts(account_id);


--
-- Name: subscriptions subscriptions_account_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.subscriptions
    ADD CONSTRAINT subscriptions_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts(account_id);


--
-- Name: terms terms_account_fkey; Type: FK CONSTRAINT; Schema: holdfast; Owner: -
--

ALTER TABLE ONLY holdfast.terms
    ADD CONSTRAINT terms_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts(account_id);


--
-- Name: SCHEMA holdfast; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA holdfast TO holdfast_worker;
GRANT USAGE ON SCHEMA holdfast TO holdfast_test;


--
-- Name: FUNCTION account_notices(p_account_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.account_notices(p_account_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.account_notices(p_account_id text) TO holdfast_worker;


--
-- Name: FUNCTION account_settings(p_account_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.account_settings(p_account_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.account_settings(p_account_id text) TO holdfast_worker;


--
-- Name: FUNCTION account_stamps(p_account_ids text[]); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.account_stamps(p_account_ids text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.account_stamps(p_account_ids text[]) TO holdfast_worker;


--
-- Name: FUNCTION add_duration(p_at timestamp with time zone, p_duration text, p_time_zone text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.add_duration(p_at timestamp with time zone, p_duration text, p_time_zone text) FROM PUBLIC;


--
-- Name: FUNCTION admission_obstacle(a holdfast.accounts, p_account_id text, p_kind text, p_credits bigint, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.admission_obstacle(a holdfast.accounts, p_account_id text, p_kind text, p_credits bigint, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION admit_again(p_account_id text, p_kind text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.admit_again(p_account_id text, p_kind text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.admit_again(p_account_id text, p_kind text) TO holdfast_worker;


--
-- Name: FUNCTION allocate(p_account holdfast.accounts, p_at timestamp with time zone, p_credits bigint, OUT available bigint, OUT grant_ids bigint[], OUT credits bigint[]); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.allocate(p_account holdfast.accounts, p_at timestamp with time zone, p_credits bigint, OUT available bigint, OUT grant_ids bigint[], OUT credits bigint[]) FROM PUBLIC;


--
-- Name: FUNCTION already_resolved(r holdfast.reservations); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.already_resolved(r holdfast.reservations) FROM PUBLIC;


--
-- Name: FUNCTION apply_catalog(p_versions jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.apply_catalog(p_versions jsonb) FROM PUBLIC;


--
-- Name: FUNCTION attend_account(p_account_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.attend_account(p_account_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.attend_account(p_account_id text) TO holdfast_worker;


--
-- Name: FUNCTION attended(p_account_id text, p_answer jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.attended(p_account_id text, p_answer jsonb) FROM PUBLIC;


--
-- Name: FUNCTION audit(); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.audit() FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.audit() TO holdfast_worker;


--
-- Name: FUNCTION available_at(a holdfast.accounts, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.available_at(a holdfast.accounts, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION balance(p_account_id text, p_as_of timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.balance(p_account_id text, p_as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.balance(p_account_id text, p_as_of timestamp with time zone) TO holdfast_worker;


--
-- Name: FUNCTION begin_top_up(p_account_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.begin_top_up(p_account_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.begin_top_up(p_account_id text) TO holdfast_worker;


--
-- Name: FUNCTION book_ended_grants(p_account_id text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.book_ended_grants(p_account_id text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION boundary_from(p_anchor timestamp with time zone, p_anchor_cycle integer, p_cycle_number integer, p_cycle text, p_time_zone text, p_from timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.boundary_from(p_anchor timestamp with time zone, p_anchor_cycle integer, p_cycle_number integer, p_cycle text, p_time_zone text, p_from timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION call_for_top_up(a holdfast.accounts, p_available bigint, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.call_for_top_up(a holdfast.accounts, p_available bigint, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION catalog_disorder(p_versions jsonb, p_applied integer[]); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.catalog_disorder(p_versions jsonb, p_applied integer[]) FROM PUBLIC;


--
-- Name: FUNCTION catalog_duration(p_field text, p_default text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.catalog_duration(p_field text, p_default text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION catalog_outlook(p_versions jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.catalog_outlook(p_versions jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.catalog_outlook(p_versions jsonb) TO holdfast_worker;


--
-- Name: FUNCTION catalog_version(p_version integer); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.catalog_version(p_version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.catalog_version(p_version integer) TO holdfast_worker;


--
-- Name: FUNCTION change_plan(p_account_id text, p_subscription_id text, p_key text, p_body jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.change_plan(p_account_id text, p_subscription_id text, p_key text, p_body jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.change_plan(p_account_id text, p_subscription_id text, p_key text, p_body jsonb) TO holdfast_worker;


--
-- Name: FUNCTION clock(); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.clock() FROM PUBLIC;


--
-- Name: FUNCTION close_purchase(p_account_id text, p_purchase_id text, p_status text, p_reason text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.close_purchase(p_account_id text, p_purchase_id text, p_status text, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.close_purchase(p_account_id text, p_purchase_id text, p_status text, p_reason text) TO holdfast_worker;


--
-- Name: FUNCTION close_term(p_account_id text, p_subscription_id text, p_why text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.close_term(p_account_id text, p_subscription_id text, p_why text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION commit_reservation(p_account_id text, p_request_id text, p_credits bigint, p_output_url text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.commit_reservation(p_account_id text, p_request_id text, p_credits bigint, p_output_url text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.commit_reservation(p_account_id text, p_request_id text, p_credits bigint, p_output_url text) TO holdfast_worker;


--
-- Name: FUNCTION cycle_credits(p_account_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.cycle_credits(p_account_id text) FROM PUBLIC;


--
-- Name: FUNCTION cycle_start(p_anchor timestamp with time zone, p_anchor_cycle integer, p_cycle_number integer, p_cycle text, p_time_zone text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.cycle_start(p_anchor timestamp with time zone, p_anchor_cycle integer, p_cycle_number integer, p_cycle text, p_time_zone text) FROM PUBLIC;


--
-- Name: FUNCTION day_of(p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.day_of(p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION deduct_credits(p_account_id text, p_key text, p_body jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.deduct_credits(p_account_id text, p_key text, p_body jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.deduct_credits(p_account_id text, p_key text, p_body jsonb) TO holdfast_worker;


--
-- Name: FUNCTION due_credits(a holdfast.accounts, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.due_credits(a holdfast.accounts, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION due_cycles(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.due_cycles(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.due_cycles(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer) TO holdfast_worker;


--
-- Name: FUNCTION due_expiries(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.due_expiries(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.due_expiries(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer) TO holdfast_worker;


--
-- Name: FUNCTION due_reservations(p_after_expires_at timestamp with time zone, p_after_account_id text, p_after_request_id text, p_due_by timestamp with time zone, p_limit integer); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.due_reservations(p_after_expires_at timestamp with time zone, p_after_account_id text, p_after_request_id text, p_due_by timestamp with time zone, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.due_reservations(p_after_expires_at timestamp with time zone, p_after_account_id text, p_after_request_id text, p_due_by timestamp with time zone, p_limit integer) TO holdfast_worker;


--
-- Name: FUNCTION effective_catalog(); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.effective_catalog() FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.effective_catalog() TO holdfast_worker;


--
-- Name: FUNCTION effective_version(p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.effective_version(p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION end_subscription_now(p_account_id text, p_subscription_id text, p_key text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.end_subscription_now(p_account_id text, p_subscription_id text, p_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.end_subscription_now(p_account_id text, p_subscription_id text, p_key text) TO holdfast_worker;


--
-- Name: FUNCTION end_ticket(r holdfast.reservations, p_reason text, p_waits_for bigint, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.end_ticket(r holdfast.reservations, p_reason text, p_waits_for bigint, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION ended_grants(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.ended_grants(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.ended_grants(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer) TO holdfast_worker;


--
-- Name: FUNCTION expect_end(p_account_id text, p_ends_at timestamp with time zone, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.expect_end(p_account_id text, p_ends_at timestamp with time zone, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION expire_grants(p_account_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.expire_grants(p_account_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.expire_grants(p_account_id text) TO holdfast_worker;


--
-- Name: FUNCTION expire_term(p_account_id text, p_subscription_id text, p_term integer); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.expire_term(p_account_id text, p_subscription_id text, p_term integer) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.expire_term(p_account_id text, p_subscription_id text, p_term integer) TO holdfast_worker;


--
-- Name: FUNCTION extend_hold(p_account_id text, p_request_id text, p_hold_ms bigint); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.extend_hold(p_account_id text, p_request_id text, p_hold_ms bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.extend_hold(p_account_id text, p_request_id text, p_hold_ms bigint) TO holdfast_worker;


--
-- Name: FUNCTION grant_counts(p_ends_at timestamp with time zone, p_term integer, p_account_term integer, p_valid_until timestamp with time zone, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.grant_counts(p_ends_at timestamp with time zone, p_term integer, p_account_term integer, p_valid_until timestamp with time zone, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION grant_credits(p_account_id text, p_key text, p_body jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.grant_credits(p_account_id text, p_key text, p_body jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.grant_credits(p_account_id text, p_key text, p_body jsonb) TO holdfast_worker;


--
-- Name: FUNCTION grant_cycles(p_account_id text, p_subscription_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.grant_cycles(p_account_id text, p_subscription_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.grant_cycles(p_account_id text, p_subscription_id text) TO holdfast_worker;


--
-- Name: FUNCTION grant_due(p_account_id text, p_subscription_id text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.grant_due(p_account_id text, p_subscription_id text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION grant_for_cycle(p_account_id text, p_key text, c holdfast.cycles, p_credits bigint, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.grant_for_cycle(p_account_id text, p_key text, c holdfast.cycles, p_credits bigint, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION grant_origin(p_account_id text, p_grant_id bigint); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.grant_origin(p_account_id text, p_grant_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.grant_origin(p_account_id text, p_grant_id bigint) TO holdfast_worker;


--
-- Name: FUNCTION grant_pack(p holdfast.purchases, p_term integer, p_payment_id text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.grant_pack(p holdfast.purchases, p_term integer, p_payment_id text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION held_up(a holdfast.accounts, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.held_up(a holdfast.accounts, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION insufficient_credits(p_required bigint, p_available bigint, p_waited_for bigint); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.insufficient_credits(p_required bigint, p_available bigint, p_waited_for bigint) FROM PUBLIC;


--
-- Name: FUNCTION is_live(p_valid_until timestamp with time zone, p_last_entry_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.is_live(p_valid_until timestamp with time zone, p_last_entry_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.is_live(p_valid_until timestamp with time zone, p_last_entry_at timestamp with time zone) TO holdfast_worker;


--
-- Name: FUNCTION is_price_changed(s holdfast.account_settings, p_pack jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.is_price_changed(s holdfast.account_settings, p_pack jsonb) FROM PUBLIC;


--
-- Name: FUNCTION is_time_zone(p_name text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.is_time_zone(p_name text) FROM PUBLIC;


--
-- Name: FUNCTION is_withdrawn(p holdfast.purchases, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.is_withdrawn(p holdfast.purchases, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION iso(p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.iso(p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION judge_catalog(p_versions jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.judge_catalog(p_versions jsonb) FROM PUBLIC;


--
-- Name: FUNCTION known_request(p_account_id text, p_request_id text, p_body jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.known_request(p_account_id text, p_request_id text, p_body jsonb) FROM PUBLIC;


--
-- Name: FUNCTION known_setting(p_account_id text, p_operation text, p_key text, p_body jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.known_setting(p_account_id text, p_operation text, p_key text, p_body jsonb) FROM PUBLIC;


--
-- Name: FUNCTION ledger_now(p_last_entry_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.ledger_now(p_last_entry_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION limit_exceeded(p_account holdfast.accounts); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.limit_exceeded(p_account holdfast.accounts) FROM PUBLIC;


--
-- Name: FUNCTION lock_or_open_account(p_account_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.lock_or_open_account(p_account_id text) FROM PUBLIC;


--
-- Name: FUNCTION look_by(p_account_id text, p_by timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.look_by(p_account_id text, p_by timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION negated(p_values bigint[]); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.negated(p_values bigint[]) FROM PUBLIC;


--
-- Name: FUNCTION next_length(s holdfast.subscriptions, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.next_length(s holdfast.subscriptions, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION next_notice(p_account_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.next_notice(p_account_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.next_notice(p_account_id text) TO holdfast_worker;


--
-- Name: FUNCTION next_warning(p_ends_at timestamp with time zone, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.next_warning(p_ends_at timestamp with time zone, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION not_live(s holdfast.subscriptions, p_account holdfast.accounts, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.not_live(s holdfast.subscriptions, p_account holdfast.accounts, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION note_missing(p_account_id text, p_request_id text, p_pass_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.note_missing(p_account_id text, p_request_id text, p_pass_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.note_missing(p_account_id text, p_request_id text, p_pass_id text) TO holdfast_worker;


--
-- Name: FUNCTION notice_record(n holdfast.notices); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.notice_record(n holdfast.notices) FROM PUBLIC;


--
-- Name: FUNCTION open_purchase(p_account_id text, p_purchase_id text, p_body jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.open_purchase(p_account_id text, p_purchase_id text, p_body jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.open_purchase(p_account_id text, p_purchase_id text, p_body jsonb) TO holdfast_worker;


--
-- Name: FUNCTION open_requests(p_account_id text, p_limit integer); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.open_requests(p_account_id text, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.open_requests(p_account_id text, p_limit integer) TO holdfast_worker;


--
-- Name: FUNCTION open_settings(p_account_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.open_settings(p_account_id text) FROM PUBLIC;


--
-- Name: FUNCTION open_top_up(s holdfast.account_settings, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.open_top_up(s holdfast.account_settings, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION outbox_delivered(p_account_id text, p_message_ids bigint[]); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.outbox_delivered(p_account_id text, p_message_ids bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.outbox_delivered(p_account_id text, p_message_ids bigint[]) TO holdfast_worker;


--
-- Name: FUNCTION outbox_of(p_account_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.outbox_of(p_account_id text) FROM PUBLIC;


--
-- Name: FUNCTION over_limit(p_account holdfast.accounts, p_subscription_id text, p_at timestamp with time zone, p_more bigint); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.over_limit(p_account holdfast.accounts, p_subscription_id text, p_at timestamp with time zone, p_more bigint) FROM PUBLIC;


--
-- Name: FUNCTION overtaking_obstacle(a holdfast.accounts, p_kind text, p_credits bigint, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.overtaking_obstacle(a holdfast.accounts, p_kind text, p_credits bigint, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION pack_obstacle(p_account holdfast.accounts, p_credits bigint, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.pack_obstacle(p_account holdfast.accounts, p_credits bigint, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION pack_on_sale(p_pack_id text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.pack_on_sale(p_pack_id text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION pack_sold_last(p_pack_id text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.pack_sold_last(p_pack_id text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION park(p_account_id text, p_request_id text, p_body jsonb, p_credits bigint, p_catalog_version integer, p_hold_ms bigint, p_wait jsonb, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.park(p_account_id text, p_request_id text, p_body jsonb, p_credits bigint, p_catalog_version integer, p_hold_ms bigint, p_wait jsonb, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION pay_cycle(p_account_id text, p_subscription_id text, p_plan_id text, p_reference text, p_paid_at timestamp with time zone, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.pay_cycle(p_account_id text, p_subscription_id text, p_plan_id text, p_reference text, p_paid_at timestamp with time zone, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION plan_change_effect(s holdfast.subscriptions, c holdfast.cycles, p_plan_id text, p_plan jsonb, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.plan_change_effect(s holdfast.subscriptions, c holdfast.cycles, p_plan_id text, p_plan jsonb, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION plan_credits(p_plan_id text, p_length text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.plan_credits(p_plan_id text, p_length text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION plan_cycle_from(p_account_id text, p_subscription_id text, p_plan_id text, p_from timestamp with time zone, OUT starts_at timestamp with time zone, OUT length text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.plan_cycle_from(p_account_id text, p_subscription_id text, p_plan_id text, p_from timestamp with time zone, OUT starts_at timestamp with time zone, OUT length text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.plan_cycle_from(p_account_id text, p_subscription_id text, p_plan_id text, p_from timestamp with time zone, OUT starts_at timestamp with time zone, OUT length text) TO holdfast_worker;


--
-- Name: FUNCTION plan_length(p_plan_id text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.plan_length(p_plan_id text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION plan_on_sale(p_plan_id text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.plan_on_sale(p_plan_id text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION post_entry(p_account_id text, p_at timestamp with time zone, p_type text, p_grant_ids bigint[], p_remainder_deltas bigint[], p_reserved_deltas bigint[], p_request_id text, p_grant_id bigint, p_reason text, p_by_name text, p_day date); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.post_entry(p_account_id text, p_at timestamp with time zone, p_type text, p_grant_ids bigint[], p_remainder_deltas bigint[], p_reserved_deltas bigint[], p_request_id text, p_grant_id bigint, p_reason text, p_by_name text, p_day date) FROM PUBLIC;


--
-- Name: FUNCTION post_message(p_account_id text, p_kind text, p_subject text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.post_message(p_account_id text, p_kind text, p_subject text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION prepare_cycle(s holdfast.subscriptions, p_account_term integer, p_in_time boolean, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.prepare_cycle(s holdfast.subscriptions, p_account_term integer, p_in_time boolean, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION purchase(p_account_id text, p_purchase_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.purchase(p_account_id text, p_purchase_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.purchase(p_account_id text, p_purchase_id text) TO holdfast_worker;


--
-- Name: FUNCTION purchase_answer(p holdfast.purchases, p_at timestamp with time zone, p_replayed boolean); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.purchase_answer(p holdfast.purchases, p_at timestamp with time zone, p_replayed boolean) FROM PUBLIC;


--
-- Name: FUNCTION purchase_record(p holdfast.purchases, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.purchase_record(p holdfast.purchases, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION purchase_violations(); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.purchase_violations() FROM PUBLIC;


--
-- Name: FUNCTION queue_outline(p_account_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.queue_outline(p_account_id text) FROM PUBLIC;


--
-- Name: FUNCTION queue_violations(); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.queue_violations() FROM PUBLIC;


--
-- Name: FUNCTION reconciliation_scope(); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.reconciliation_scope() FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.reconciliation_scope() TO holdfast_worker;


--
-- Name: FUNCTION recorded_temporal_identity(); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.recorded_temporal_identity() FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.recorded_temporal_identity() TO holdfast_worker;


--
-- Name: FUNCTION refusal(p_code text, p_details jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.refusal(p_code text, p_details jsonb) FROM PUBLIC;


--
-- Name: FUNCTION refuse_change(); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.refuse_change() FROM PUBLIC;


--
-- Name: FUNCTION refuse_journal_change(); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.refuse_journal_change() FROM PUBLIC;


--
-- Name: FUNCTION release_reservation(p_account_id text, p_request_id text, p_reason text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.release_reservation(p_account_id text, p_request_id text, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.release_reservation(p_account_id text, p_request_id text, p_reason text) TO holdfast_worker;


--
-- Name: FUNCTION remember(p_account_id text, p_operation text, p_key text, p_body jsonb, p_result jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.remember(p_account_id text, p_operation text, p_key text, p_body jsonb, p_result jsonb) FROM PUBLIC;


--
-- Name: FUNCTION renew(p_account_id text, p_subscription_id text, p_payment_reference text, p_paid_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.renew(p_account_id text, p_subscription_id text, p_payment_reference text, p_paid_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.renew(p_account_id text, p_subscription_id text, p_payment_reference text, p_paid_at timestamp with time zone) TO holdfast_worker;


--
-- Name: FUNCTION renewal_refused(s holdfast.subscriptions, p_paid_at timestamp with time zone, p_now timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.renewal_refused(s holdfast.subscriptions, p_paid_at timestamp with time zone, p_now timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION replay(p_key holdfast.idempotency_keys, p_body jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.replay(p_key holdfast.idempotency_keys, p_body jsonb) FROM PUBLIC;


--
-- Name: FUNCTION request(p_account_id text, p_request_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.request(p_account_id text, p_request_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.request(p_account_id text, p_request_id text) TO holdfast_worker;


--
-- Name: FUNCTION request_record(r holdfast.reservations); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.request_record(r holdfast.reservations) FROM PUBLIC;


--
-- Name: FUNCTION reserve_credits(p_account_id text, p_request_id text, p_body jsonb, p_credits bigint, p_catalog_version integer, p_hold_ms bigint, p_wait jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.reserve_credits(p_account_id text, p_request_id text, p_body jsonb, p_credits bigint, p_catalog_version integer, p_hold_ms bigint, p_wait jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.reserve_credits(p_account_id text, p_request_id text, p_body jsonb, p_credits bigint, p_catalog_version integer, p_hold_ms bigint, p_wait jsonb) TO holdfast_worker;


--
-- Name: FUNCTION resume_request(p_account_id text, p_request_id text, p_credits bigint, p_catalog_version integer, p_hold_ms bigint); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.resume_request(p_account_id text, p_request_id text, p_credits bigint, p_catalog_version integer, p_hold_ms bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.resume_request(p_account_id text, p_request_id text, p_credits bigint, p_catalog_version integer, p_hold_ms bigint) TO holdfast_worker;


--
-- Name: FUNCTION same_length(p_one text, p_other text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.same_length(p_one text, p_other text) FROM PUBLIC;


--
-- Name: FUNCTION schedule_plan(s holdfast.subscriptions, p_plan_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.schedule_plan(s holdfast.subscriptions, p_plan_id text) FROM PUBLIC;


--
-- Name: FUNCTION set_cancellation(p_account_id text, p_subscription_id text, p_key text, p_cancel boolean); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.set_cancellation(p_account_id text, p_subscription_id text, p_key text, p_cancel boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.set_cancellation(p_account_id text, p_subscription_id text, p_key text, p_cancel boolean) TO holdfast_worker;


--
-- Name: FUNCTION set_limits(p_account_id text, p_key text, p_body jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.set_limits(p_account_id text, p_key text, p_body jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.set_limits(p_account_id text, p_key text, p_body jsonb) TO holdfast_worker;


--
-- Name: FUNCTION set_low_balance(p_account_id text, p_key text, p_body jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.set_low_balance(p_account_id text, p_key text, p_body jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.set_low_balance(p_account_id text, p_key text, p_body jsonb) TO holdfast_worker;


--
-- Name: FUNCTION set_term(p_account_id text, p_term integer, p_valid_until timestamp with time zone, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.set_term(p_account_id text, p_term integer, p_valid_until timestamp with time zone, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION set_top_up(p_account_id text, p_key text, p_body jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.set_top_up(p_account_id text, p_key text, p_body jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.set_top_up(p_account_id text, p_key text, p_body jsonb) TO holdfast_worker;


--
-- Name: FUNCTION setting_answer(p_account_id text, p_operation text, p_key text, p_body jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.setting_answer(p_account_id text, p_operation text, p_key text, p_body jsonb) FROM PUBLIC;


--
-- Name: FUNCTION settings_record(p_account_id text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.settings_record(p_account_id text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION settle_notice(p_account_id text, p_notice_id bigint, p_reason text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.settle_notice(p_account_id text, p_notice_id bigint, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.settle_notice(p_account_id text, p_notice_id bigint, p_reason text) TO holdfast_worker;


--
-- Name: FUNCTION settle_purchase(p_account_id text, p_purchase_id text, p_payment_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.settle_purchase(p_account_id text, p_purchase_id text, p_payment_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.settle_purchase(p_account_id text, p_purchase_id text, p_payment_id text) TO holdfast_worker;


--
-- Name: FUNCTION settle_term(p_account_id text, p_subscription_id text, p_at timestamp with time zone, p_not_before timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.settle_term(p_account_id text, p_subscription_id text, p_at timestamp with time zone, p_not_before timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION start_longer_cycle(s holdfast.subscriptions, p_plan_id text, p_plan jsonb, p_reference text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.start_longer_cycle(s holdfast.subscriptions, p_plan_id text, p_plan jsonb, p_reference text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION stop_admissions(p_account_id text, p_kind text, p_reason text, p_by text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.stop_admissions(p_account_id text, p_kind text, p_reason text, p_by text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.stop_admissions(p_account_id text, p_kind text, p_reason text, p_by text) TO holdfast_worker;


--
-- Name: FUNCTION stop_record(s holdfast.stops); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.stop_record(s holdfast.stops) FROM PUBLIC;


--
-- Name: FUNCTION subscribe(p_account_id text, p_subscription_id text, p_body jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.subscribe(p_account_id text, p_subscription_id text, p_body jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.subscribe(p_account_id text, p_subscription_id text, p_body jsonb) TO holdfast_worker;


--
-- Name: FUNCTION subscription(p_account_id text, p_subscription_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.subscription(p_account_id text, p_subscription_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.subscription(p_account_id text, p_subscription_id text) TO holdfast_worker;


--
-- Name: FUNCTION subscription_answer(p_account_id text, p_subscription_id text, p_operation text, p_key text, p_body jsonb, p_at timestamp with time zone, p_more jsonb); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.subscription_answer(p_account_id text, p_subscription_id text, p_operation text, p_key text, p_body jsonb, p_at timestamp with time zone, p_more jsonb) FROM PUBLIC;


--
-- Name: FUNCTION subscription_record(s holdfast.subscriptions, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.subscription_record(s holdfast.subscriptions, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION subscription_violations(p_now timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.subscription_violations(p_now timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION tell_expiring(a holdfast.accounts, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.tell_expiring(a holdfast.accounts, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION tell_low_balance(a holdfast.accounts, p_available bigint, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.tell_low_balance(a holdfast.accounts, p_available bigint, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION tell_ran_dry(p_account_id text, p_available bigint, p_request_id text, p_required bigint, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.tell_ran_dry(p_account_id text, p_available bigint, p_request_id text, p_required bigint, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION tell_top_up_failed(p holdfast.purchases, p_retry_at timestamp with time zone, p_stopped boolean, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.tell_top_up_failed(p holdfast.purchases, p_retry_at timestamp with time zone, p_stopped boolean, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION temporal_identity(p_cluster_id text, p_namespace_id text, p_namespace text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.temporal_identity(p_cluster_id text, p_namespace_id text, p_namespace text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.temporal_identity(p_cluster_id text, p_namespace_id text, p_namespace text) TO holdfast_worker;


--
-- Name: FUNCTION threshold_record(t holdfast.low_balance_thresholds); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.threshold_record(t holdfast.low_balance_thresholds) FROM PUBLIC;


--
-- Name: FUNCTION ticket_over(r holdfast.reservations, p_credits bigint, p_obstacle text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.ticket_over(r holdfast.reservations, p_credits bigint, p_obstacle text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION ticket_record(r holdfast.reservations, p_place bigint, p_ahead numeric); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.ticket_record(r holdfast.reservations, p_place bigint, p_ahead numeric) FROM PUBLIC;


--
-- Name: FUNCTION top_up_declined(p holdfast.purchases, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.top_up_declined(p holdfast.purchases, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION top_up_obstacle(a holdfast.accounts, s holdfast.account_settings, p_available bigint, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.top_up_obstacle(a holdfast.accounts, s holdfast.account_settings, p_available bigint, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION top_up_step(p holdfast.purchases); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.top_up_step(p holdfast.purchases) FROM PUBLIC;


--
-- Name: FUNCTION topped_up_this_month(p_account_id text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.topped_up_this_month(p_account_id text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION unasked_obstacle(a holdfast.accounts, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.unasked_obstacle(a holdfast.accounts, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION unattended_accounts(p_due_by timestamp with time zone, p_written_by timestamp with time zone, p_after_account_id text, p_limit integer); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.unattended_accounts(p_due_by timestamp with time zone, p_written_by timestamp with time zone, p_after_account_id text, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.unattended_accounts(p_due_by timestamp with time zone, p_written_by timestamp with time zone, p_after_account_id text, p_limit integer) TO holdfast_worker;


--
-- Name: FUNCTION unfinished_purchases(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_after_purchase_id text, p_limit integer); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.unfinished_purchases(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_after_purchase_id text, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.unfinished_purchases(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_after_purchase_id text, p_limit integer) TO holdfast_worker;


--
-- Name: FUNCTION unwatched_subscriptions(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.unwatched_subscriptions(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.unwatched_subscriptions(p_due_by timestamp with time zone, p_after_at timestamp with time zone, p_after_account_id text, p_limit integer) TO holdfast_worker;


--
-- Name: FUNCTION upgrade_plan(c holdfast.cycles, p_plan_id text, p_plan jsonb, p_reference text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.upgrade_plan(c holdfast.cycles, p_plan_id text, p_plan jsonb, p_reference text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION used_reference(p_account_id text, p_reference text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.used_reference(p_account_id text, p_reference text) FROM PUBLIC;


--
-- Name: FUNCTION violations(); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.violations() FROM PUBLIC;


--
-- Name: FUNCTION wait_refused(p_wait jsonb, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.wait_refused(p_wait jsonb, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION waiting_place(p_account_id text, p_request_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.waiting_place(p_account_id text, p_request_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.waiting_place(p_account_id text, p_request_id text) TO holdfast_worker;


--
-- Name: FUNCTION waiting_queue(p_account_id text); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.waiting_queue(p_account_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.waiting_queue(p_account_id text) TO holdfast_worker;


--
-- Name: FUNCTION wake_head(a holdfast.accounts, p_available bigint, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.wake_head(a holdfast.accounts, p_available bigint, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION watch_purchase(p_account_id text, p_purchase_id text, p_for_ms bigint); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.watch_purchase(p_account_id text, p_purchase_id text, p_for_ms bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.watch_purchase(p_account_id text, p_purchase_id text, p_for_ms bigint) TO holdfast_worker;


--
-- Name: FUNCTION watch_subscription(p_account_id text, p_subscription_id text, p_for_ms bigint); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.watch_subscription(p_account_id text, p_subscription_id text, p_for_ms bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION holdfast.watch_subscription(p_account_id text, p_subscription_id text, p_for_ms bigint) TO holdfast_worker;


--
-- Name: FUNCTION write_notice(p_account_id text, p_type text, p_data jsonb, p_subject text, p_at timestamp with time zone); Type: ACL; Schema: holdfast; Owner: -
--

REVOKE ALL ON FUNCTION holdfast.write_notice(p_account_id text, p_type text, p_data jsonb, p_subject text, p_at timestamp with time zone) FROM PUBLIC;


--
-- Name: TABLE history; Type: ACL; Schema: holdfast; Owner: -
--

GRANT SELECT ON TABLE holdfast.history TO holdfast_worker;


--
-- Name: TABLE live_subscriptions; Type: ACL; Schema: holdfast; Owner: -
--

GRANT SELECT ON TABLE holdfast.live_subscriptions TO holdfast_worker;


--
-- Name: TABLE test_clock; Type: ACL; Schema: holdfast; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE holdfast.test_clock TO holdfast_test;


--
-- PostgreSQL database dump complete
--
