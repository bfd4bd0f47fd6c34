-- Each entry's hash over its own fields and the entry before it: see entry_link. Null for entries
-- from before it was kept: these come first in their accounts, and a checkpoint covers them whole.
ALTER TABLE holdfast.entries ADD COLUMN link bytea;

-- Since when entries are linked; '-infinity' if all are.
CREATE TABLE holdfast.journal_chain (
  only_one boolean     NOT NULL DEFAULT true,
  began_at timestamptz NOT NULL,
  CONSTRAINT journal_chain_pkey PRIMARY KEY (only_one),
  CONSTRAINT journal_chain_only_one CHECK (only_one)
);

-- What an account's first link lacks: the hash of its entries from before. Written by its first
-- checkpoint. No key refers to accounts: that one is gone is a finding.
CREATE TABLE holdfast.journal_beginnings (
  account_id text    NOT NULL,
  -- The last entry that the digest covers.
  version    bigint  NOT NULL,
  digest     bytea   NOT NULL,
  -- Whether that entry is the last one without a link.
  is_whole   boolean NOT NULL,
  CONSTRAINT journal_beginnings_pkey PRIMARY KEY (account_id),
  CONSTRAINT journal_beginnings_version_not_negative CHECK (version >= 0)
);

-- Whatever writes an entry links it, in the same call: operations of earlier versions as well. The
-- account's lock is held, so the entry before it is there.
CREATE FUNCTION holdfast.link_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.link := holdfast.entry_link(
    (
      SELECT e.link
      FROM holdfast.entries AS e
      WHERE e.account_id = NEW.account_id AND e.version = NEW.version - 1
    ), NEW);
  RETURN NEW;
END $$;

-- With the functions: entries are linked from here on.
CREATE TRIGGER entries_are_linked BEFORE INSERT ON holdfast.entries
  FOR EACH ROW EXECUTE FUNCTION holdfast.link_entry();

INSERT INTO holdfast.journal_chain (began_at)
SELECT CASE
  WHEN EXISTS (SELECT FROM holdfast.entries) THEN clock_timestamp()
  ELSE '-infinity'
END;
