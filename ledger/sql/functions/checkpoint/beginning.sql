-- The hash of an account's next entries without a link, as they would be linked: those after
-- p_after, on from p_digest, p_limit at most. Answers where it ends, and whether no more follow.
CREATE OR REPLACE FUNCTION holdfast.digest_beginning(
  p_account_id text, p_after bigint, p_digest text, p_limit integer
) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_entry   holdfast.entries;
  v_version bigint := p_after;
  v_digest  bytea  := decode(p_digest, 'hex');
BEGIN
  FOR v_entry IN
    SELECT *
    FROM holdfast.entries
    WHERE account_id = p_account_id AND version > p_after
    ORDER BY version LIMIT p_limit
  LOOP
    EXIT WHEN v_entry.link IS NOT NULL;
    v_digest := holdfast.entry_link(v_digest, v_entry);
    v_version := v_entry.version;
  END LOOP;
  RETURN jsonb_build_object(
    'version', v_version,
    'digest', encode(v_digest, 'hex'),
    'isWhole', v_version < p_after + p_limit);
END $$;

-- Keeps that hash, p_limit entries further at each call. Texts that stand in clear are moved first,
-- because what they are moved to is hashed.
CREATE OR REPLACE FUNCTION holdfast.begin_journal(p_account_id text, p_limit integer)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_begun  holdfast.journal_beginnings;
  v_answer jsonb;
BEGIN
  PERFORM holdfast.move_texts_of(p_account_id);
  SELECT * INTO v_begun FROM holdfast.journal_beginnings WHERE account_id = p_account_id;
  IF v_begun.is_whole THEN RETURN holdfast.beginning_record(v_begun); END IF;
  v_answer := holdfast.digest_beginning(
    p_account_id, coalesce(v_begun.version, 0), coalesce(encode(v_begun.digest, 'hex'), ''),
    p_limit);
  INSERT INTO holdfast.journal_beginnings AS earlier (account_id, version, digest, is_whole)
  SELECT account_id, (v_answer->>'version')::bigint, decode(v_answer->>'digest', 'hex'),
    (v_answer->>'isWhole')::boolean
  FROM holdfast.accounts
  WHERE account_id = p_account_id
  ON CONFLICT (account_id) DO UPDATE
    SET version = excluded.version, digest = excluded.digest, is_whole = excluded.is_whole
    WHERE earlier.version <= excluded.version;
  RETURN v_answer;
END $$;

CREATE OR REPLACE FUNCTION holdfast.beginning_record(p_begun holdfast.journal_beginnings)
RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object(
    'version', p_begun.version,
    'digest', encode(p_begun.digest, 'hex'),
    'isWhole', p_begun.is_whole)
$$;
