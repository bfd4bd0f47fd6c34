-- body: {type, subscriptionId, planId, anchor, timeZone?, paidCycles, payments, remaining}. Cycles
-- are numbered from the anchor. The one that runs now is taken over with what is left of its
-- grant, and the paid ones after it are to be granted when they begin; payments are the references
-- of the last paid cycles, oldest first. Kept as what `subscribe` and `renew` would have answered:
-- a payment that is told once more is known. The caller holds the account's lock.
CREATE OR REPLACE FUNCTION holdfast.import_subscription(
  p_account holdfast.accounts, p_body jsonb, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_account_id text := p_account.account_id;
  v_id         text := p_body->>'subscriptionId';
  v_plan_id    text := p_body->>'planId';
  v_old        holdfast.subscriptions;
  v_new        holdfast.subscriptions := holdfast.imported_subscription(p_account, p_body, p_at);
  v_refusal    jsonb;
  v_reference  text;
  v_paid_by    jsonb;
BEGIN
  SELECT * INTO v_old
  FROM holdfast.subscriptions WHERE account_id = v_account_id AND status = 'active';
  v_refusal := holdfast.import_subscription_refused(p_account, v_old, v_new, p_body, p_at);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  PERFORM holdfast.supersede(v_account_id, v_old.subscription_id, p_at);
  INSERT INTO holdfast.subscriptions (account_id, subscription_id, term, plan_id, time_zone,
    anchor, anchor_cycle, cycle, paid_cycle, granted_cycle, grace, settlement_window, status,
    look_from)
  VALUES (v_account_id, v_id, v_new.term, v_plan_id, v_new.time_zone,
    v_new.anchor, v_new.anchor_cycle, v_new.cycle, v_new.paid_cycle, v_new.granted_cycle,
    v_new.grace, v_new.settlement_window, 'active', p_at);
  FOR v_reference IN
    SELECT said.reference
    FROM jsonb_array_elements_text(p_body->'payments') WITH ORDINALITY AS said (reference, place)
    WHERE said.place > jsonb_array_length(p_body->'payments')
      - ((p_body->>'paidCycles')::integer - v_new.paid_cycle)
    ORDER BY said.place
  LOOP
    PERFORM holdfast.pay_cycle(
      v_account_id, v_id, v_plan_id, v_reference, p_paid_at => p_at, p_at => p_at);
    IF v_paid_by IS NULL THEN
      v_paid_by := holdfast.import_current_cycle(
        v_account_id, v_new, (p_body->>'remaining')::bigint, p_at);
      PERFORM holdfast.finish_subscription_operation(
        v_account_id, v_id, 'subscribe', v_id,
        jsonb_strip_nulls(jsonb_build_object(
          'planId', v_plan_id,
          'paymentReference', v_reference,
          'timeZone', p_body->'timeZone')),
        p_at, jsonb_build_object('granted', jsonb_build_array(v_paid_by)));
    ELSE
      PERFORM holdfast.finish_subscription_operation(
        v_account_id, v_id, 'renew', v_reference, holdfast.renewal_body(v_id, p_at),
        p_at, '{"granted": [], "newTerm": false}');
    END IF;
  END LOOP;
  PERFORM holdfast.book_ended_grants(v_account_id, p_at);
  RETURN jsonb_build_object(
    'subscriptionId', v_id,
    'cycle', v_new.paid_cycle + 1,
    'grantId', v_paid_by->'grantId',
    'credits', v_paid_by->'credits');
END $$;

-- What is left of the grant of the cycle that runs now.
CREATE OR REPLACE FUNCTION holdfast.import_current_cycle(
  p_account_id text, p_subscription holdfast.subscriptions, p_remaining bigint, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_cycle   holdfast.cycles;
  v_granted jsonb;
BEGIN
  SELECT * INTO v_cycle
  FROM holdfast.cycles
  WHERE account_id = p_account_id
    AND subscription_id = p_subscription.subscription_id
    AND cycle = p_subscription.paid_cycle + 1;
  v_granted := holdfast.grant_paid_cycle(v_cycle, p_remaining, p_at);
  UPDATE holdfast.grants
  SET imported = true
  WHERE account_id = p_account_id AND grant_id = (v_granted->>'grantId')::bigint;
  RETURN v_granted;
END $$;

-- The subscription's row before the cycle that runs now is paid: the last one before it counts as
-- paid and granted. All fields are null if the plan, the time zone or the anchor is unknown.
CREATE OR REPLACE FUNCTION holdfast.imported_subscription(
  p_account holdfast.accounts, p_body jsonb, p_at timestamptz
) RETURNS holdfast.subscriptions
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_zone   text        := holdfast.kept_time_zone(coalesce(p_body->>'timeZone', 'UTC'));
  v_anchor timestamptz := holdfast.instant(p_body->>'anchor');
  v_length text        := holdfast.plan_on_sale(p_body->>'planId', p_at)->>'cycle';
  v_paid   integer     := (p_body->>'paidCycles')::integer;
  v_cycle  integer     := v_paid;
  v_first  integer     := greatest(v_paid - jsonb_array_length(p_body->'payments') + 1, 1);
  v_row    holdfast.subscriptions;
BEGIN
  IF v_length IS NULL OR v_anchor > p_at OR NOT holdfast.is_time_zone(v_zone) THEN
    RETURN v_row;
  END IF;
  WHILE v_cycle > v_first
    AND holdfast.cycle_start(v_anchor, 1, v_cycle, v_length, v_zone) > p_at
  LOOP
    v_cycle := v_cycle - 1;
  END LOOP;
  v_row.account_id := p_account.account_id;
  v_row.subscription_id := p_body->>'subscriptionId';
  v_row.term := p_account.term + 1;
  v_row.plan_id := p_body->>'planId';
  v_row.time_zone := v_zone;
  v_row.anchor := v_anchor;
  v_row.anchor_cycle := 1;
  v_row.cycle := v_length;
  v_row.paid_cycle := v_cycle - 1;
  v_row.granted_cycle := v_cycle - 1;
  v_row.grace := holdfast.stated_by_catalog('renewalGrace', 'PT0S', p_at);
  v_row.settlement_window := holdfast.stated_by_catalog('settlementWindow', 'PT1H', p_at);
  RETURN v_row;
END $$;

-- Why it can't be taken over, as a refusal; null if it can. p_old: the account's active one; p_new:
-- see imported_subscription.
CREATE OR REPLACE FUNCTION holdfast.import_subscription_refused(
  p_account holdfast.accounts, p_old holdfast.subscriptions, p_new holdfast.subscriptions,
  p_body jsonb, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_id      text    := p_body->>'subscriptionId';
  v_paid    integer := (p_body->>'paidCycles')::integer;
  v_refusal jsonb   := holdfast.subscribe_refused(
    p_account, p_old, p_body, holdfast.plan_on_sale(p_body->>'planId', p_at),
    holdfast.kept_time_zone(coalesce(p_body->>'timeZone', 'UTC')), p_at);
BEGIN
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  IF p_new.subscription_id IS NULL THEN
    RETURN holdfast.refusal('INVALID_TIME', jsonb_build_object(
      'anchor', p_body->'anchor', 'now', holdfast.iso(p_at)));
  END IF;
  IF EXISTS (
    SELECT FROM holdfast.subscriptions
    WHERE account_id = p_account.account_id AND subscription_id = v_id
  ) THEN
    RETURN holdfast.refusal('IDEMPOTENCY_CONFLICT', jsonb_build_object('key', v_id));
  END IF;
  RETURN coalesce(
    holdfast.import_cycles_refused(p_new, v_paid, (p_body->>'remaining')::bigint, p_at),
    (
      SELECT holdfast.reference_refused(p_account.account_id, said.reference)
      FROM jsonb_array_elements_text(p_body->'payments') AS said (reference)
      WHERE holdfast.reference_refused(p_account.account_id, said.reference) IS NOT NULL
      LIMIT 1
    ));
END $$;

-- The same of its cycles alone: more are paid ahead than have a reference; the last one is over;
-- or more is left than the cycle that runs now has granted.
CREATE OR REPLACE FUNCTION holdfast.import_cycles_refused(
  p_new holdfast.subscriptions, p_paid integer, p_remaining bigint, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_starts_at timestamptz := holdfast.cycle_start(
    p_new.anchor, 1, p_new.paid_cycle + 1, p_new.cycle, p_new.time_zone);
  v_ends_at   timestamptz := holdfast.cycle_start(
    p_new.anchor, 1, p_paid + 1, p_new.cycle, p_new.time_zone);
  v_lapse     timestamptz := holdfast.add_duration(v_ends_at, p_new.grace, p_new.time_zone);
  v_credits   bigint      := holdfast.plan_credits(p_new.plan_id, p_new.cycle, v_starts_at);
BEGIN
  IF v_starts_at > p_at THEN
    RETURN holdfast.refusal('IMPORT_PAYMENTS_MISSING', jsonb_build_object(
      'cycle', p_new.paid_cycle + 1,
      'startsAt', holdfast.iso(v_starts_at),
      'now', holdfast.iso(p_at)));
  END IF;
  IF v_lapse <= p_at THEN
    RETURN holdfast.refusal('SUBSCRIPTION_LAPSED', jsonb_build_object(
      'subscriptionId', p_new.subscription_id,
      'lapsedAt', holdfast.iso(v_lapse)));
  END IF;
  IF p_remaining > v_credits THEN
    RETURN holdfast.refusal('IMPORT_REMAINDER_TOO_LARGE', jsonb_build_object(
      'remaining', p_remaining, 'credits', v_credits));
  END IF;
  RETURN holdfast.calendar_exceeded(v_ends_at, p_new.time_zone, p_at);
END $$;
