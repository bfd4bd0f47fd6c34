-- What the pack cost when the top-up was set: more than that, or money of another kind than the cap's, is not to be taken
-- before its owner has seen it. For those that are set, what it costs now.
ALTER TABLE holdfast.account_settings
  ADD COLUMN top_up_price_cents bigint,
  ADD COLUMN top_up_currency    text;

UPDATE holdfast.account_settings AS s SET top_up_price_cents = (pack->>'priceCents')::bigint, top_up_currency = pack->>'currency'
FROM (
  SELECT DISTINCT ON (key) key AS pack_id, value AS pack
  FROM holdfast.catalog_versions, jsonb_each(document->'packs')
  WHERE effective_from <= clock_timestamp() ORDER BY key, effective_from DESC
) AS sold
WHERE s.top_up_pack_id = sold.pack_id;
