-- What proves an entry to those who know the last link up to p_upto: what the entry says, the link
-- before it, and the hashes of the entries after it. Null if there is no such entry. Entries from
-- before links were kept lead to the hash of all of them.
CREATE OR REPLACE FUNCTION holdfast.entry_proof(
  p_account_id text, p_version bigint, p_upto bigint
) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'entry', holdfast.entry_text(e),
    'previous', CASE
      WHEN e.link IS NULL AND p_version > 1
        THEN holdfast.digest_beginning(p_account_id, 0, '', p_version::integer - 1)->>'digest'
      ELSE coalesce((
        SELECT encode(before.link, 'hex')
        FROM holdfast.entries AS before
        WHERE before.account_id = p_account_id AND before.version = p_version - 1
      ), '')
    END,
    'later', (
      SELECT coalesce(jsonb_agg(
        encode(sha256(convert_to(holdfast.entry_text(later), 'UTF8')), 'hex')
        ORDER BY later.version), '[]')
      FROM holdfast.entries AS later
      WHERE later.account_id = p_account_id
        AND later.version > p_version
        AND later.version <= p_upto
    ))
  FROM holdfast.entries AS e
  WHERE e.account_id = p_account_id AND e.version = p_version
$$;
