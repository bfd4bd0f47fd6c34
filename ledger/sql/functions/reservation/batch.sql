-- Runs operations of several callers in one transaction, as if one after the other in their order,
-- each by the function that it has alone: [{name, accountId, requestId, …}, …], members as that
-- function's parameters. One answer for each, in that order. With p_waits all of them are of one
-- account, whose lock is waited for. Otherwise the accounts are locked in the order of their ids
-- without waiting, and an operation of an account that is locked elsewhere, or isn't there, is not
-- run: its answer is null. An error undoes them all.
CREATE OR REPLACE FUNCTION holdfast.run_batch(p_operations jsonb, p_waits boolean)
RETURNS SETOF jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_locked  text[];
  v_places  bigint[];
  v_answers jsonb[];
  o         record;
BEGIN
  IF p_waits THEN
    v_locked := ARRAY[(holdfast.lock_account(p_operations->0->>'accountId')).account_id];
  ELSE
    -- Another lock, such as that of a row whose hold is being extended, holds up one account
    -- alone: the others must not wait for it long.
    PERFORM set_config('lock_timeout', '100', true);
    v_locked := holdfast.lock_free_accounts(ARRAY(
      SELECT value->>'accountId' FROM jsonb_array_elements(p_operations)));
  END IF;
  -- Fewer are quicker one by one: to begin and end that statement costs as much as an operation.
  IF jsonb_array_length(p_operations) >= 4 THEN
    SELECT * INTO v_places, v_answers FROM holdfast.run_at_once(p_operations, v_locked);
  END IF;
  FOR o IN
    SELECT value, place
    FROM jsonb_array_elements(p_operations) WITH ORDINALITY AS given (value, place)
    ORDER BY place
  LOOP
    RETURN NEXT CASE
      WHEN o.place = ANY (v_places) THEN v_answers[array_position(v_places, o.place)]
      WHEN p_waits IS NOT TRUE AND (o.value->>'accountId' = ANY (v_locked)) IS NOT TRUE THEN NULL
      WHEN o.value->>'name' = 'reserve_credits' THEN holdfast.reserve_credits(
        o.value->>'accountId', o.value->>'requestId', o.value->'body',
        (o.value->>'credits')::bigint, (o.value->>'catalogVersion')::integer,
        (o.value->>'holdMs')::bigint, o.value->'wait', (o.value->>'notAfter')::timestamptz)
      WHEN o.value->>'name' = 'commit_reservation' THEN holdfast.commit_reservation(
        o.value->>'accountId', o.value->>'requestId', (o.value->>'credits')::bigint,
        o.value->>'outputUrl')
      WHEN o.value->>'name' = 'release_reservation' THEN holdfast.release_reservation(
        o.value->>'accountId', o.value->>'requestId', o.value->>'reason')
    END;
  END LOOP;
END $$;

-- Locks those of the accounts that no other transaction has locked, in the order of their ids: two
-- batches that have the same accounts never wait for each other. Returns which.
CREATE OR REPLACE FUNCTION holdfast.lock_free_accounts(p_account_ids text[]) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
  v_locked text[];
BEGIN
  SELECT array_agg(free.account_id) INTO v_locked
  FROM (
    SELECT account_id
    FROM holdfast.accounts
    WHERE account_id = ANY (p_account_ids)
    ORDER BY account_id
    FOR NO KEY UPDATE SKIP LOCKED
  ) AS free;
  RETURN v_locked;
END $$;
