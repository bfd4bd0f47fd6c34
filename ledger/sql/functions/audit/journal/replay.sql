-- Replays a part of an account's journal: the entries after p_base, up to p_upto. p_state is what
-- an earlier part has left: {grants: [[id, remaining, reserved]], open: [request], reserves}. The
-- answer is the same after p_upto, and what is wrong on the way: a grant that was taken out of its
-- order or out of its time, an expiry before its end, a request that is resolved twice. Terms that
-- say no version are told by their times, and decide nothing within their millisecond.
CREATE OR REPLACE FUNCTION holdfast.replay_journal(
  p_account_id text, p_base bigint, p_upto bigint, p_state jsonb,
  OUT violations jsonb, OUT state jsonb
) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_entry    record;
  g          record;
  t          record;
  v_left     bigint[];
  v_held     bigint[];
  v_rank     integer[];
  v_live     integer[];
  v_open     text[] := ARRAY(SELECT jsonb_array_elements_text(p_state->'open'));
  v_reserves bigint := coalesce((p_state->>'reserves')::bigint, 0);
  v_term     integer := 0;
  v_terms    integer;
  v_is_moved boolean := true;
  v_is_sure  boolean;
  v_takes    boolean;
  v_counts   boolean;
  v_last     integer;
  v_rest     bigint;
  v_problem  text;
  v_own_term integer;
  v_own_end  timestamptz;
  p          integer;
BEGIN
  g := holdfast.replayed_grants(p_account_id, p_base, p_upto, p_state);
  t := holdfast.replayed_terms(p_account_id);
  v_left := g.remainders;
  v_held := g.reserved;
  v_live := g.live;
  v_terms := coalesce(cardinality(t.terms), 0);
  violations := '[]';
  FOR v_entry IN
    SELECT e.version, e.at, e.type, e.request_id, e.grant_ids, e.remainder_deltas,
      e.reserved_deltas
    FROM holdfast.entries AS e
    WHERE e.account_id = p_account_id AND e.version > p_base AND e.version <= p_upto
    ORDER BY e.version
  LOOP
    v_problem := NULL;
    WHILE v_term < v_terms AND CASE
      WHEN t.versions[v_term + 1] IS NULL THEN t.times[v_term + 1] <= v_entry.at
      ELSE t.versions[v_term + 1] < v_entry.version
    END LOOP
      v_term := v_term + 1;
      v_is_moved := true;
    END LOOP;
    IF v_is_moved THEN
      v_rank := holdfast.burn_ranks(p_account_id, g.grant_ids, g.ends, t.ends[v_term]);
      v_is_moved := false;
    END IF;
    v_is_sure := (t.versions[v_term] IS NULL AND t.times[v_term] = v_entry.at) IS NOT TRUE;
    v_takes := v_entry.type IN ('reserve', 'deduct');
    v_last := 0;
    v_rest := 0;
    FOR i IN 1 .. cardinality(v_entry.grant_ids) LOOP
      p := array_position(g.grant_ids, v_entry.grant_ids[i]);
      IF p IS NULL THEN
        v_problem := 'journal-names-grants';
        CONTINUE;
      END IF;
      IF v_entry.type = 'unfreeze' THEN
        SELECT own.term, own.ends_at INTO v_own_term, v_own_end
        FROM holdfast.end_of_grant_at(p_account_id, g.grant_ids[p], v_entry.version) AS own;
        g.terms[p] := v_own_term;
        g.ends[p] := v_own_end;
        v_is_moved := true;
      END IF;
      v_counts := CASE
        WHEN g.ends[p] IS NOT NULL THEN v_entry.at < g.ends[p]
        ELSE coalesce(g.terms[p] = t.terms[v_term] AND v_entry.at < t.ends[v_term], false)
      END;
      IF v_takes AND v_is_sure THEN
        IF NOT v_counts THEN v_problem := 'spent-while-valid'; END IF;
        IF v_rank[p] <= v_last OR v_rest <> 0 THEN v_problem := 'burn-order'; END IF;
        v_last := v_rank[p];
      END IF;
      IF v_left[p] = 0 AND v_entry.remainder_deltas[i] > 0 THEN v_live := v_live || p; END IF;
      v_left[p] := v_left[p] + v_entry.remainder_deltas[i];
      v_held[p] := v_held[p] + v_entry.reserved_deltas[i];
      IF v_left[p] = 0 THEN v_live := array_remove(v_live, p); END IF;
      v_rest := v_left[p];
      IF v_left[p] < 0 OR v_held[p] < 0 THEN v_problem := 'remainders-replay'; END IF;
      IF v_entry.type = 'expire' AND v_is_sure AND (v_counts OR v_rest <> 0) THEN
        v_problem := 'expired-when-ended';
      END IF;
    END LOOP;
    IF v_takes AND v_is_sure THEN
      FOREACH p IN ARRAY v_live LOOP
        IF v_rank[p] < v_last AND (CASE
          WHEN g.ends[p] IS NOT NULL THEN v_entry.at < g.ends[p]
          ELSE g.terms[p] = t.terms[v_term] AND v_entry.at < t.ends[v_term]
        END) THEN
          v_problem := 'burn-order';
        END IF;
      END LOOP;
    END IF;
    IF v_entry.request_id IS NOT NULL THEN
      IF (v_entry.type = 'reserve') = (v_entry.request_id = ANY (v_open)) THEN
        v_problem := 'resolved-once';
      END IF;
      IF v_entry.type = 'reserve' THEN
        v_open := v_open || v_entry.request_id;
        v_reserves := v_reserves + 1;
      ELSE
        v_open := array_remove(v_open, v_entry.request_id);
      END IF;
    END IF;
    IF v_problem IS NOT NULL THEN
      violations := violations || jsonb_build_object(
        'invariant', v_problem, 'accountId', p_account_id,
        'detail', jsonb_build_object('version', v_entry.version, 'requestId', v_entry.request_id));
    END IF;
  END LOOP;
  state := jsonb_build_object(
    'open', to_jsonb(v_open),
    'reserves', v_reserves,
    'grants', holdfast.replayed_state(g.grant_ids, v_left, v_held));
END $$;

-- The account's grants that a part of its journal may touch, in the order of their ids: those that
-- held something before it, and those that it grants. live: the places of those with a remainder.
CREATE OR REPLACE FUNCTION holdfast.replayed_grants(
  p_account_id text, p_base bigint, p_upto bigint, p_state jsonb,
  OUT grant_ids bigint[], OUT ends timestamptz[], OUT terms integer[], OUT remainders bigint[],
  OUT reserved bigint[], OUT live integer[]
) LANGUAGE sql STABLE AS $$
  WITH known AS (
    SELECT (part->>0)::bigint AS grant_id, (part->>1)::bigint AS remaining,
      (part->>2)::bigint AS reserved
    FROM jsonb_array_elements(p_state->'grants') AS part
  ), touched AS (
    SELECT g.grant_id, own.ends_at, own.term,
      coalesce(k.remaining, 0) AS remaining,
      coalesce(k.reserved, 0) AS reserved,
      row_number() OVER (ORDER BY g.grant_id)::integer AS position
    FROM holdfast.grants AS g
    LEFT JOIN known AS k USING (grant_id),
      LATERAL holdfast.end_of_grant_at(
        p_account_id, g.grant_id, greatest(p_base, g.grant_id)) AS own
    WHERE g.account_id = p_account_id
      AND g.grant_id <= p_upto
      AND (g.grant_id > p_base OR k.grant_id IS NOT NULL)
  )
  SELECT coalesce(array_agg(grant_id ORDER BY position), '{}'),
    coalesce(array_agg(ends_at ORDER BY position), '{}'),
    coalesce(array_agg(term ORDER BY position), '{}'),
    coalesce(array_agg(remaining ORDER BY position), '{}'),
    coalesce(array_agg(reserved ORDER BY position), '{}'),
    coalesce(array_agg(position ORDER BY position) FILTER (WHERE remaining > 0), '{}')
  FROM touched
$$;

-- What held when: the account's terms and their ends, in the order of the changes.
CREATE OR REPLACE FUNCTION holdfast.replayed_terms(
  p_account_id text,
  OUT terms integer[], OUT ends timestamptz[], OUT times timestamptz[], OUT versions bigint[]
) LANGUAGE sql STABLE AS $$
  SELECT array_agg(t.term ORDER BY t.change), array_agg(t.valid_until ORDER BY t.change),
    array_agg(t.at ORDER BY t.change), array_agg(t.version ORDER BY t.change)
  FROM holdfast.terms AS t
  WHERE t.account_id = p_account_id
$$;

-- The place of each grant in burn order, in the order of p_grant_ids, which is that of ids.
CREATE OR REPLACE FUNCTION holdfast.burn_ranks(
  p_account_id text, p_grant_ids bigint[], p_ends timestamptz[], p_valid_until timestamptz
) RETURNS integer[]
LANGUAGE sql STABLE AS $$
  SELECT array_agg(ranked.rank ORDER BY ranked.grant_id)
  FROM (
    SELECT g.grant_id, row_number() OVER (ORDER BY
        g.priority,
        coalesce(own.ends_at, p_valid_until),
        g.cost_cents > 0,
        g.granted_at,
        g.grant_id
      )::integer AS rank
    FROM unnest(p_grant_ids, p_ends) AS own (grant_id, ends_at)
    JOIN holdfast.grants AS g USING (grant_id)
    WHERE g.account_id = p_account_id
  ) AS ranked
$$;

-- The grants that hold something, as [[id, remaining, reserved]].
CREATE OR REPLACE FUNCTION holdfast.replayed_state(
  p_grant_ids bigint[], p_remainders bigint[], p_reserved bigint[]
) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(
    jsonb_agg(jsonb_build_array(part.id, part.remaining, part.reserved) ORDER BY part.id)
      FILTER (WHERE part.remaining <> 0 OR part.reserved <> 0),
    '[]')
  FROM unnest(p_grant_ids, p_remainders, p_reserved) AS part (id, remaining, reserved)
$$;
