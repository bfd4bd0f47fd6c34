-- A refusal if the account has made so many attempts to pay that the provider isn't to be asked
-- again; null if it has not. What counts is what has bought nothing: declined or undecided payments
-- of 30 days, and purchases of the last hour, which may have been withdrawn as well; of any
-- setting, and by hand.
CREATE OR REPLACE FUNCTION holdfast.payment_attempts_refused(
  p_account_id text, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_declines_max bigint :=
    holdfast.declines_max(holdfast.operator_limits_of(p_account_id));
  v_hourly_max   CONSTANT bigint := 10;
  v_counted_from timestamptz := holdfast.declines_counted_from(p_account_id, p_at);
  v_retry_at     timestamptz;
BEGIN
  -- The newest ones that may be there together: when the oldest of them counts no more, there is
  -- room for one.
  SELECT opened_at + interval '30 days' INTO v_retry_at
  FROM holdfast.purchases
  WHERE account_id = p_account_id
    AND opened_at > v_counted_from
    AND status IN ('open', 'declined')
  ORDER BY opened_at DESC
  OFFSET v_declines_max - 1 LIMIT 1;
  IF FOUND THEN
    RETURN holdfast.payment_attempts_exceeded(v_declines_max, 'P30D', v_retry_at);
  END IF;
  SELECT opened_at + interval '1 hour' INTO v_retry_at
  FROM holdfast.purchases
  WHERE account_id = p_account_id
    AND opened_at > greatest(v_counted_from, p_at - interval '1 hour')
    AND status <> 'granted'
    AND body IS NOT NULL
  ORDER BY opened_at DESC
  OFFSET v_hourly_max - 1 LIMIT 1;
  IF FOUND THEN
    RETURN holdfast.payment_attempts_exceeded(v_hourly_max, 'PT1H', v_retry_at);
  END IF;
  RETURN NULL;
END $$;

-- p_within: the time in which so many attempts were made, as an ISO 8601 duration.
CREATE OR REPLACE FUNCTION holdfast.payment_attempts_exceeded(
  p_attempts bigint, p_within text, p_retry_at timestamptz
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT holdfast.refusal('PAYMENT_ATTEMPTS_EXCEEDED', jsonb_build_object(
    'attempts', p_attempts,
    'within', p_within,
    'retryAt', holdfast.iso(p_retry_at)))
$$;

-- The moment after which attempts of the account count: 30 days ago, or when an operator has
-- forgotten its declines.
CREATE OR REPLACE FUNCTION holdfast.declines_counted_from(p_account_id text, p_at timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT greatest(p_at - interval '30 days', max(at))
  FROM holdfast.operator_acts
  WHERE account_id = p_account_id AND what = 'forget-declines'
$$;

-- A refusal if the operator's limit of purchases per day (UTC) is reached; null if it is not, or
-- there is none. Declined and voided ones don't count.
CREATE OR REPLACE FUNCTION holdfast.purchases_per_day_refused(
  p_account_id text, p_at timestamptz
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT holdfast.refusal('PURCHASE_LIMIT_REACHED', jsonb_build_object(
    'purchasesPerDayMax', l.purchases_per_day_max,
    'resetsAt', holdfast.iso(holdfast.next_day_start(p_at))))
  FROM holdfast.operator_limits_of(p_account_id) AS l
  WHERE l.purchases_per_day_max <= (
    SELECT count(*)
    FROM holdfast.purchases
    WHERE account_id = p_account_id
      AND opened_at >= holdfast.day_start(p_at)
      AND status NOT IN ('declined', 'voided')
  )
$$;
