-- The operators' journal: every act that is not an owner's own, with what authenticates who did it.

ALTER TABLE holdfast.operator_acts
  -- The entry of the account's journal that the act has made.
  ADD COLUMN entry_version    bigint,
  -- The database's login; null for acts from before it was kept.
  ADD COLUMN login            text,
  -- Of an act that came by Temporal: who started the workflow, as that client says of itself.
  ADD COLUMN claimed_identity text,
  -- The service whose token ordered it, as the web process has passed it on.
  ADD COLUMN service          text,
  DROP CONSTRAINT operator_acts_what_known,
  ADD CONSTRAINT operator_acts_what_known CHECK (what IN (
    'grant', 'deduct', 'stop', 'admit', 'limits', 'owner-limits', 'low-balance', 'top-up',
    'forget-declines', 'release', 'close-purchase', 'end-now', 'dismiss-notice', 'reconcile',
    'catalog', 'erase', 'migrate'
  )),
  ADD CONSTRAINT operator_acts_entry_once UNIQUE (account_id, entry_version),
  ADD CONSTRAINT operator_acts_entry_of_act
    CHECK ((entry_version IS NOT NULL) = (what IN ('grant', 'deduct')));

CREATE INDEX operator_acts_in_order ON holdfast.operator_acts (account_id, act_id);

-- A pass of reconciliation is confirmed once, however often its activity runs.
CREATE UNIQUE INDEX operator_acts_passes ON holdfast.operator_acts ((detail->>'passId'))
  WHERE what = 'reconcile';

CREATE TRIGGER operator_acts_are_not_emptied BEFORE TRUNCATE ON holdfast.operator_acts
  FOR EACH STATEMENT EXECUTE FUNCTION holdfast.refuse_change();

-- With the functions: these write acts from here on, and what operators did before is taken over
-- afterwards (act/earlier.sql): acts get numbers above it. Stops that stand are few.
INSERT INTO holdfast.earlier_acts (next_act_id)
SELECT coalesce(max(act_id), 0) + 1 FROM holdfast.operator_acts
HAVING EXISTS (SELECT FROM holdfast.accounts);

SELECT setval(pg_get_serial_sequence('holdfast.operator_acts', 'act_id'), 1000000000000)
FROM holdfast.earlier_acts;

LOCK TABLE holdfast.stops IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO holdfast.operator_acts (account_id, what, detail, reason, by_name, at)
SELECT account_id, 'stop', jsonb_build_object('kind', nullif(kind, '*')), reason, by_name, since
FROM holdfast.stops
ORDER BY since, account_id;

-- These have a further parameter from here on. No released version calls them otherwise.
DROP FUNCTION IF EXISTS holdfast.record_operator_act(text, text, jsonb, text, text);
DROP FUNCTION IF EXISTS holdfast.post_entry(
  text, timestamptz, text, bigint[], bigint[], bigint[], text, bigint, text, text, date);
DROP FUNCTION IF EXISTS holdfast.post_grant(text, timestamptz, bigint, bigint, text, text);
DROP FUNCTION IF EXISTS holdfast.book_grant(holdfast.accounts, text, jsonb, timestamptz);
DROP FUNCTION IF EXISTS holdfast.grant_by_workflow(text, text, jsonb, bigint, bigint);
DROP FUNCTION IF EXISTS holdfast.admit_again(text, text, text, text);
DROP FUNCTION IF EXISTS holdfast.apply_catalog(jsonb);
