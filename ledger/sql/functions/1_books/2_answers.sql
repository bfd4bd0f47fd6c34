-- Expected refusals are values: {refusal: {code, details}} instead of {result, replayed}.
CREATE OR REPLACE FUNCTION holdfast.refusal(p_code text, p_details jsonb DEFAULT '{}') RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('refusal', jsonb_build_object('code', p_code, 'details', p_details))
$$;

-- The same key with the same body returns the first result; with another body it is a conflict.
CREATE OR REPLACE FUNCTION holdfast.replay(p_key holdfast.idempotency_keys, p_body jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_key.body = p_body THEN jsonb_build_object('result', p_key.result, 'replayed', true)
              ELSE holdfast.refusal('IDEMPOTENCY_CONFLICT', jsonb_build_object('key', p_key.key, 'earlier', p_key.result)) END
$$;

CREATE OR REPLACE FUNCTION holdfast.remember(p_account_id text, p_operation text, p_key text, p_body jsonb, p_result jsonb)
RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO holdfast.idempotency_keys VALUES (p_account_id, p_operation, p_key, p_body, p_result);
  RETURN jsonb_build_object('result', p_result, 'replayed', false);
END $$;

-- p_waited_for: what those who wait need together; nobody overtakes them.
CREATE OR REPLACE FUNCTION holdfast.insufficient_credits(p_required bigint, p_available bigint, p_waited_for bigint) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT holdfast.refusal('INSUFFICIENT_CREDITS', jsonb_build_object(
    'required', p_required, 'available', p_available, 'shortfall', p_required + p_waited_for - p_available)
    || CASE WHEN p_waited_for > 0 THEN jsonb_build_object('waitedFor', p_waited_for) ELSE '{}' END)
$$;
