-- Tells once, until a grant has raised the balance, that what is left has fallen below a threshold.
-- Reserved credits count as left: they may come back, and a generation that is given up is no
-- recovery.
CREATE OR REPLACE FUNCTION holdfast.notify_low_balance(
  p_account holdfast.accounts, p_available bigint, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_account_id text   := p_account.account_id;
  v_left       bigint := p_available + p_account.reserved;
  v_threshold  record;
BEGIN
  FOR v_threshold IN
    SELECT t.position, t.below,
      holdfast.threshold_record(t) AS record,
      coalesce(
        t.credits,
        ceil(holdfast.cycle_credits(v_account_id) * t.percent / 100.0)::bigint) AS credits
    FROM holdfast.low_balance_thresholds AS t
    WHERE t.account_id = v_account_id
    ORDER BY t.position
  LOOP
    -- A share of nothing is no threshold: without a subscription there is no cycle.
    CONTINUE WHEN v_threshold.below
      IS NOT DISTINCT FROM coalesce(v_left < v_threshold.credits, false);
    UPDATE holdfast.low_balance_thresholds
    SET below = NOT v_threshold.below
    WHERE account_id = v_account_id AND position = v_threshold.position;
    IF NOT v_threshold.below THEN
      PERFORM holdfast.write_notice(
        v_account_id,
        'balance-low',
        jsonb_build_object(
          'left', v_left,
          'available', p_available,
          'threshold', v_threshold.record,
          'thresholdCredits', v_threshold.credits),
        p_subject => NULL,
        p_at => p_at);
    END IF;
  END LOOP;
END $$;

-- Tells once, until a grant comes, that the account has run dry. p_request_id and p_required: the
-- generation that needed more than there was, if there is one. That is told once as well, and its
-- last credit all the same.
CREATE OR REPLACE FUNCTION holdfast.notify_ran_dry(
  p_account_id text, p_available bigint, p_at timestamptz,
  p_request_id text DEFAULT NULL, p_required bigint DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_reserved bigint;
BEGIN
  UPDATE holdfast.accounts
  SET ran_dry = ran_dry OR p_available + reserved = 0,
    ran_short = ran_short OR p_required IS NOT NULL
  WHERE account_id = p_account_id AND NOT ran_dry AND NOT (ran_short AND p_required IS NOT NULL)
  RETURNING reserved INTO v_reserved;
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM holdfast.write_notice(
    p_account_id,
    'ran-dry',
    jsonb_strip_nulls(jsonb_build_object(
      'left', p_available + v_reserved,
      'available', p_available,
      'requestId', p_request_id,
      'required', p_required)),
    p_subject => NULL,
    p_at => p_at);
END $$;
