-- Every check of the audit, as the function `…_violations`, by what it is given: a part of the
-- accounts' journals, the accounts from one to another, or these and the ledger's time.
CREATE OR REPLACE FUNCTION holdfast.audit_checks()
RETURNS TABLE (name text, given text, needs_whole_accounts boolean)
LANGUAGE sql IMMUTABLE AS $$
  SELECT unnest(named.names), named.given, named.given <> '$1' OR named.names = '{journal_end}'
  FROM (VALUES
    ('$1', '{
      journal, link, entry, entry_rule, entry_word, granted, request_entry, price
    }'::text[]),
    ('$1', '{journal_end}'),
    ('$2, $3', '{
      balance, rule, grant_entry, reservation, ticket, cancel, count, queue,
      grant_key, grant, deduction_key, answer, term_answer, payment_key, cycle_answer,
      validity, calendar, subscription, closing, cycle_grant, term, purchase, pack_grant, payment,
      billing_event, money_back_event, billing_event_act, refund, taken_refund, refund_act,
      refund_order, debt,
      repayment, dispute, frozen, moved_end, dispute_act,
      limit, setting, top_up, setting_order, key, import, notice,
      text, text_place, erasure, act, standing_act, entry_act, chain, mark
    }'),
    ('$2, $3, $4', '{cycle, notice_flag, threshold, wish}')
  ) AS named (given, names)
$$;

-- What all checks find in these parts of journals (see entries_in), and, if they end where the
-- journals do, in everything else of the accounts from p_from to p_to.
CREATE OR REPLACE FUNCTION holdfast.audit_findings(
  p_parts jsonb, p_are_whole boolean, p_from text, p_to text, p_now timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_check    record;
  v_findings jsonb := '[]';
BEGIN
  FOR v_check IN SELECT * FROM holdfast.audit_checks() LOOP
    CONTINUE WHEN v_check.needs_whole_accounts AND NOT p_are_whole;
    v_findings := v_findings || holdfast.audit_check(
      v_check.name, v_check.given, p_parts, p_from, p_to, p_now);
  END LOOP;
  RETURN v_findings;
END $$;

-- What one check finds. A row that it can't read is a finding of its account: the others are then
-- checked one by one. An outage is none.
CREATE OR REPLACE FUNCTION holdfast.audit_check(
  p_name text, p_given text, p_parts jsonb, p_from text, p_to text, p_now timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_findings jsonb;
  v_part     jsonb;
BEGIN
  -- Planned anew for each range: its size is not known before.
  EXECUTE format(
    'SELECT coalesce(jsonb_agg(jsonb_build_object('
      '''invariant'', v.invariant, ''accountId'', v.account_id, ''detail'', v.detail)), ''[]'')'
      ' FROM holdfast.%I(%s) AS v', p_name || '_violations', p_given)
  INTO v_findings
  USING p_parts, p_from, p_to, p_now;
  RETURN v_findings;
EXCEPTION WHEN OTHERS THEN
  IF NOT holdfast.is_of_data(SQLSTATE) THEN RAISE; END IF;
  IF p_from = p_to THEN
    RETURN jsonb_build_array(holdfast.unreadable(p_from, p_name, SQLSTATE, SQLERRM));
  END IF;
  v_findings := '[]';
  IF '*' BETWEEN p_from AND p_to THEN
    v_findings := holdfast.audit_check(p_name, p_given, '[]', '*', '*', p_now);
  END IF;
  FOR v_part IN SELECT * FROM jsonb_array_elements(p_parts) LOOP
    v_findings := v_findings || holdfast.audit_check(
      p_name, p_given, jsonb_build_array(v_part),
      v_part->>'account_id', v_part->>'account_id', p_now);
  END LOOP;
  RETURN v_findings;
END $$;

-- Whether an error stems from what is stored: a value out of range, a text that is no number, a
-- time zone that the server doesn't know, two rows where there is one.
CREATE OR REPLACE FUNCTION holdfast.is_of_data(p_code text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT p_code ~ '^(21|22|23|P0)'
$$;

CREATE OR REPLACE FUNCTION holdfast.unreadable(
  p_account_id text, p_check text, p_code text, p_message text
) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object(
    'invariant', 'can-be-checked',
    'accountId', p_account_id,
    'detail', jsonb_build_object('check', p_check, 'sqlState', p_code, 'message', p_message))
$$;

-- What replaying these parts of journals finds, and what it leaves for the parts after them, as
-- [{account_id, version, state}].
CREATE OR REPLACE FUNCTION holdfast.audit_replay(
  p_parts jsonb, OUT findings jsonb, OUT states jsonb
) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_part     record;
  v_replayed record;
BEGIN
  findings := '[]';
  states := '[]';
  FOR v_part IN
    SELECT part.*, holdfast.figures_after(e) AS figures
    FROM jsonb_to_recordset(p_parts)
      AS part (account_id text, base bigint, upto bigint, state jsonb)
    LEFT JOIN holdfast.entries AS e
      ON e.account_id = part.account_id AND e.version = part.upto
  LOOP
    BEGIN
      v_replayed := holdfast.replay_journal(
        v_part.account_id, v_part.base, v_part.upto, v_part.state);
      findings := findings || v_replayed.violations;
      states := states || jsonb_build_object(
        'account_id', v_part.account_id,
        'version', v_part.upto,
        'state', v_replayed.state || jsonb_build_object('figures', v_part.figures));
    EXCEPTION WHEN OTHERS THEN
      IF NOT holdfast.is_of_data(SQLSTATE) THEN RAISE; END IF;
      findings := findings
        || holdfast.unreadable(v_part.account_id, 'replay', SQLSTATE, SQLERRM);
    END;
  END LOOP;
END $$;
