-- What a reader of the journal sees. Columns are only ever added, at the end.
CREATE OR REPLACE VIEW holdfast.history AS
SELECT e.account_id,
  e.version,
  e.at,
  e.type,
  e.available_delta,
  e.reserved_delta,
  e.available_after,
  e.reserved_after,
  e.request_id,
  e.grant_id,
  coalesce(e.reason, t.text, CASE WHEN e.text_id IS NOT NULL THEN 'erased' END) AS reason,
  e.by_name,
  r.body->'metadata' AS metadata,
  r.body->>'kind' AS kind,
  CASE
    WHEN e.grant_id IS NOT NULL THEN holdfast.grant_origin(e.account_id, e.grant_id)
  END AS origin,
  e.owed_delta,
  e.owed_after,
  e.frozen_after
FROM holdfast.entries AS e
LEFT JOIN holdfast.reservations AS r
  ON r.account_id = e.account_id AND r.request_id = e.request_id
LEFT JOIN holdfast.personal_texts AS t
  ON t.account_id = e.account_id AND t.text_id = e.text_id;
