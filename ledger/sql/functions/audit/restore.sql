-- What a restore has left: each lost operation that was ended has its act, and each such act its
-- lost operation; the watermark stands above what it was opened above, and not in time to come.
CREATE OR REPLACE FUNCTION holdfast.restore_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH acts AS (
    SELECT a.account_id, a.act_id, a.detail->>'what' AS what, a.detail->>'id' AS id,
      CASE a.what WHEN 'redo' THEN 'redone' ELSE 'waived' END AS ended
    FROM holdfast.operator_acts AS a
    WHERE a.what IN ('redo', 'waive')
  ), ended AS (
    SELECT l.account_id, l.what, l.id, l.ended
    FROM holdfast.lost_operations AS l
    WHERE l.ended IS NOT NULL
  )
  SELECT CASE WHEN e.id IS NULL THEN 'act-has-lost' ELSE 'lost-ended-by-act' END,
    coalesce(e.account_id, a.account_id),
    jsonb_build_object('what', coalesce(e.what, a.what), 'id', coalesce(e.id, a.id))
  FROM ended AS e
  FULL JOIN acts AS a USING (account_id, what, id, ended)
  WHERE e.id IS NULL OR a.act_id IS NULL
  UNION ALL
  SELECT 'watermark-as-opened', '*', jsonb_build_object('mark', w.mark, 'actId', a.act_id)
  FROM holdfast.operator_acts AS a
  LEFT JOIN holdfast.ledger_watermark AS w ON true
  WHERE a.what = 'open-restored'
    AND (w.mark > greatest((a.detail->>'mark')::bigint, (a.detail->>'told')::bigint)) IS NOT TRUE
  UNION ALL
  -- By the server's clock, as it moves.
  SELECT 'watermark-as-opened', '*', jsonb_build_object('markedAt', w.marked_at)
  FROM holdfast.ledger_watermark AS w
  WHERE w.marked_at > statement_timestamp() + interval '1 minute'
$$;
