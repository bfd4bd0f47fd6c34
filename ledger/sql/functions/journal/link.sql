-- What an entry says, as one text: a line for each field, with nothing for null. Times are
-- milliseconds since 1970, and texts that may hold a line break are JSON. What a person wrote
-- counts by its commitment alone, so an erasure changes nothing here. Lines are only ever added
-- under another first line, because hashes have left the ledger: the second has the account's
-- refunded credits, where there are any; the third also what the entry changes of its debt, and the
-- debt, where there is either; the fourth all of these and the frozen credits, where there are any,
-- or the entry changes them.
CREATE OR REPLACE FUNCTION holdfast.entry_text(e holdfast.entries) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT concat_ws(E'\n',
    CASE
      WHEN e.frozen_after <> 0 OR e.type IN ('freeze', 'unfreeze') THEN 'holdfast-entry-4'
      WHEN e.owed_after <> 0 OR e.owed_delta IS NOT NULL THEN 'holdfast-entry-3'
      WHEN e.refunded_after <> 0 THEN 'holdfast-entry-2'
      ELSE 'holdfast-entry-1'
    END,
    e.account_id, e.version, floor(extract(epoch FROM e.at) * 1000)::bigint, e.type,
    e.available_delta, e.reserved_delta,
    array_to_string(e.grant_ids, ','),
    array_to_string(e.remainder_deltas, ','),
    array_to_string(e.reserved_deltas, ','),
    e.available_after, e.reserved_after, e.spent_after,
    e.expired_after, e.deducted_after, e.granted_after,
    coalesce(e.request_id, ''), coalesce(e.grant_id::text, ''),
    coalesce(to_json(e.reason)::text, ''), coalesce(to_json(e.by_name)::text, ''),
    coalesce(encode(e.text_commitment, 'hex'), ''),
    CASE
      WHEN e.frozen_after <> 0 OR e.type IN ('freeze', 'unfreeze') THEN concat_ws(E'\n',
        e.refunded_after, coalesce(e.owed_delta, 0), e.owed_after, e.frozen_after)
      WHEN e.owed_after <> 0 OR e.owed_delta IS NOT NULL
        THEN concat_ws(E'\n', e.refunded_after, coalesce(e.owed_delta, 0), e.owed_after)
      WHEN e.refunded_after <> 0 THEN e.refunded_after::text
    END)
$$;

-- An entry's link: the hash of the link before it, of nothing where there is none, and of its own
-- text's hash. So the entries after one can be proved without telling what they say.
CREATE OR REPLACE FUNCTION holdfast.entry_link(p_previous bytea, e holdfast.entries)
RETURNS bytea
LANGUAGE sql STABLE AS $$
  SELECT sha256(
    coalesce(p_previous, '') || sha256(convert_to(holdfast.entry_text(e), 'UTF8')))
$$;
