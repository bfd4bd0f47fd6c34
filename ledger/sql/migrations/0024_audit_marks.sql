-- How far each account has been audited. No key refers to accounts: that one is gone is a finding.
CREATE TABLE holdfast.audit_marks (
  account_id text        NOT NULL,
  -- The last entry that has been verified.
  version    bigint      NOT NULL,
  audited_at timestamptz NOT NULL,
  -- What the journal gives up to there: see replay_journal.
  state      jsonb       NOT NULL,
  CONSTRAINT audit_marks_pkey PRIMARY KEY (account_id),
  CONSTRAINT audit_marks_version_positive CHECK (version > 0)
);

-- After which entry a term's end was set; null for ends from before it was kept. Times can't tell
-- two moments of one millisecond apart.
ALTER TABLE holdfast.terms ADD COLUMN version bigint;

-- The hash of a version's document as it was applied.
ALTER TABLE holdfast.catalog_versions ADD COLUMN document_hash bytea;

-- With the functions: they hash versions, and checks take a range of accounts, or a part of a
-- journal, from here on.
UPDATE holdfast.catalog_versions
SET document_hash = sha256(convert_to(document::text, 'UTF8'));

DO $$
DECLARE
  v_function regprocedure;
BEGIN
  FOR v_function IN
    SELECT oid
    FROM pg_proc
    WHERE pronamespace = 'holdfast'::regnamespace
      AND (proname LIKE '%\_violations' OR proname IN (
        'violations', 'paid_cycles', 'best_plans', 'text_references'))
  LOOP
    EXECUTE format('DROP FUNCTION %s', v_function);
  END LOOP;
END $$;
