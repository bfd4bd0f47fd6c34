-- How an operation on a subscription begins: as begin_operation does, and then the subscription is
-- read. answer: what is to be returned at once, the key's first result or SUBSCRIPTION_NOT_FOUND;
-- null if the operation goes on.
CREATE OR REPLACE FUNCTION holdfast.begin_subscription_operation(
  p_account_id text, p_subscription_id text, p_operation text, p_key text, p_body jsonb,
  OUT account holdfast.accounts, OUT subscription holdfast.subscriptions, OUT now timestamptz,
  OUT answer jsonb
) LANGUAGE plpgsql AS $$
DECLARE
  v_begun record := holdfast.begin_operation(p_account_id, p_operation, p_key, p_body);
BEGIN
  account := v_begun.account;
  now := v_begun.now;
  answer := v_begun.answer;
  IF answer IS NOT NULL THEN RETURN; END IF;
  SELECT * INTO subscription
  FROM holdfast.subscriptions AS s
  WHERE s.account_id = account.account_id AND s.subscription_id = p_subscription_id;
  IF NOT FOUND THEN answer := holdfast.refusal('SUBSCRIPTION_NOT_FOUND'); END IF;
END $$;

-- How an operation on a subscription ends: its answer, the subscription as it stands now and what
-- else happened, is kept under the operation's key.
CREATE OR REPLACE FUNCTION holdfast.finish_subscription_operation(
  p_account_id text, p_subscription_id text, p_operation text, p_key text, p_body jsonb,
  p_at timestamptz, p_more jsonb DEFAULT '{}'
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_subscription holdfast.subscriptions;
BEGIN
  SELECT * INTO v_subscription
  FROM holdfast.subscriptions
  WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  RETURN holdfast.finish_operation(p_account_id, holdfast.remember(
    p_account_id, p_operation, p_key, p_body,
    jsonb_build_object('subscription', holdfast.subscription_record(v_subscription, p_at))
      || p_more));
END $$;

-- Why a subscription can't be changed now, as a refusal; null if it is live.
CREATE OR REPLACE FUNCTION holdfast.not_live(
  p_subscription holdfast.subscriptions, p_account holdfast.accounts, p_at timestamptz
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_subscription.subscription_id IS NULL
      THEN holdfast.refusal('SUBSCRIPTION_NOT_FOUND')
    WHEN p_subscription.closed_why = 'ended-now'
      THEN holdfast.subscription_ended(p_subscription)
    WHEN p_subscription.status = 'closed' OR p_at >= p_account.valid_until
      THEN holdfast.refusal('SUBSCRIPTION_LAPSED', jsonb_build_object(
        'subscriptionId', p_subscription.subscription_id,
        'lapsedAt', (
          SELECT holdfast.iso(valid_until)
          FROM holdfast.terms
          WHERE account_id = p_subscription.account_id AND term = p_subscription.term
          ORDER BY change DESC LIMIT 1
        )))
  END
$$;

CREATE OR REPLACE FUNCTION holdfast.subscription_ended(p_subscription holdfast.subscriptions)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT holdfast.refusal('SUBSCRIPTION_ENDED', jsonb_build_object(
    'subscriptionId', p_subscription.subscription_id,
    'endedAt', holdfast.iso(p_subscription.closed_at)))
$$;

-- Whether the account would hold too many credits after its due cycles' grants and p_more. What is
-- added must not keep out the grants of cycles that are paid ahead, either. Asked before anything
-- is written.
CREATE OR REPLACE FUNCTION holdfast.over_limit(
  p_account holdfast.accounts, p_subscription_id text, p_at timestamptz, p_more bigint DEFAULT 0
) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT coalesce(p_account.granted, 0)
      + coalesce(p_more, 0)::numeric
      + coalesce(sum(holdfast.plan_credits(plan_id, length, starts_at)), 0)
    > 9007199254740991
  FROM holdfast.cycles
  WHERE account_id = p_account.account_id
    AND subscription_id = p_subscription_id
    AND grant_id IS NULL
    AND (starts_at <= p_at OR p_more > 0)
$$;

CREATE OR REPLACE FUNCTION holdfast.limit_exceeded(p_account holdfast.accounts) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT holdfast.refusal(
    'BALANCE_LIMIT_EXCEEDED', jsonb_build_object('granted', p_account.granted))
$$;

-- A refusal if the reference has paid for something already, else null. The same operation repeated
-- has been answered before.
CREATE OR REPLACE FUNCTION holdfast.reference_refused(p_account_id text, p_reference text)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT holdfast.refusal('IDEMPOTENCY_CONFLICT', jsonb_build_object(
    'key', reference,
    'earlier', jsonb_build_object(
      'subscriptionId', subscription_id,
      'cycle', cycle,
      'pays', pays,
      'paidAt', holdfast.iso(paid_at))))
  FROM holdfast.payments
  WHERE account_id = p_account_id AND reference = p_reference
$$;

-- A refusal if a cycle that ends then, its grace or its settlement window would end past the
-- calendar; else null. Asked before anything is written.
CREATE OR REPLACE FUNCTION holdfast.calendar_exceeded(
  p_ends_at timestamptz, p_time_zone text, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_grace  text := holdfast.stated_by_catalog('renewalGrace', 'PT0S', p_at);
  v_window text := holdfast.stated_by_catalog('settlementWindow', 'PT1H', p_at);
  v_lapse  timestamptz := holdfast.add_duration(p_ends_at, v_grace, p_time_zone);
BEGIN
  IF holdfast.add_duration(v_lapse, v_window, p_time_zone) <= holdfast.calendar_end() THEN
    RETURN NULL;
  END IF;
  RETURN holdfast.refusal(
    'CALENDAR_EXCEEDED',
    jsonb_build_object('latest', holdfast.iso(holdfast.calendar_end())));
END $$;
