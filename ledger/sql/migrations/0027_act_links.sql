-- Each act's place among those of its account, and its hash over its own fields and the act before
-- it: see act_link. Null for acts from before it was kept, which a checkpoint covers whole.
ALTER TABLE holdfast.operator_acts
  ADD COLUMN place bigint,
  ADD COLUMN link  bytea;

-- The last act of each account that has linked ones. Its row's lock puts acts in an order: not each
-- act comes with its account's lock. No key refers to accounts: that one is gone is a finding.
CREATE TABLE holdfast.act_chains (
  account_id text   NOT NULL,
  acts       bigint NOT NULL,
  link       bytea  NOT NULL,
  CONSTRAINT act_chains_pkey PRIMARY KEY (account_id),
  CONSTRAINT act_chains_acts_positive CHECK (acts > 0)
);

-- Since when acts are linked; '-infinity' if all are.
ALTER TABLE holdfast.journal_chain
  ADD COLUMN acts_began_at timestamptz NOT NULL DEFAULT '-infinity';

-- A version's hash over what it says and the version before it: see version_link.
ALTER TABLE holdfast.catalog_versions ADD COLUMN link bytea;

-- Whatever writes an act links it, in the same call, with its text apart by then.
CREATE FUNCTION holdfast.link_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO holdfast.act_chains AS chain (account_id, acts, link)
  VALUES (NEW.account_id, 1, holdfast.act_link(NULL, NEW))
  ON CONFLICT (account_id) DO UPDATE
    SET acts = chain.acts + 1, link = holdfast.act_link(chain.link, NEW)
  RETURNING chain.acts, chain.link INTO NEW.place, NEW.link;
  RETURN NEW;
END $$;

-- Versions are few. One that is still to come may be replaced, with the links after it.
CREATE FUNCTION holdfast.link_versions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_version holdfast.catalog_versions;
  v_link    bytea;
BEGIN
  FOR v_version IN SELECT * FROM holdfast.catalog_versions ORDER BY version LOOP
    v_link := holdfast.version_link(v_link, v_version);
    IF v_version.link IS DISTINCT FROM v_link THEN
      UPDATE holdfast.catalog_versions SET link = v_link WHERE version = v_version.version;
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

-- With the functions: acts and versions are linked from here on. Triggers run in the order of their
-- names, and this one comes after those that keep texts apart.
CREATE TRIGGER operator_acts_then_linked BEFORE INSERT ON holdfast.operator_acts
  FOR EACH ROW EXECUTE FUNCTION holdfast.link_act();

CREATE TRIGGER catalog_versions_are_linked
  AFTER INSERT OR UPDATE OF version, effective_from, document ON holdfast.catalog_versions
  FOR EACH STATEMENT EXECUTE FUNCTION holdfast.link_versions();

DO $$
DECLARE
  v_version holdfast.catalog_versions;
  v_link    bytea;
BEGIN
  FOR v_version IN SELECT * FROM holdfast.catalog_versions ORDER BY version LOOP
    v_link := sha256(coalesce(v_link, '') || sha256(convert_to(concat_ws(E'\n',
      'holdfast-version-1', v_version.version,
      floor(extract(epoch FROM v_version.effective_from) * 1000)::bigint,
      encode(sha256(convert_to(v_version.document::text, 'UTF8')), 'hex')), 'UTF8')));
    UPDATE holdfast.catalog_versions SET link = v_link WHERE version = v_version.version;
  END LOOP;
END $$;

UPDATE holdfast.journal_chain
SET acts_began_at = clock_timestamp()
WHERE EXISTS (SELECT FROM holdfast.operator_acts);
