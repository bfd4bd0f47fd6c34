-- The operators' journal: every act that is not an owner's own, with what authenticates who did it.

-- Operations that have begun have ended, and others wait: see ledger/migrate.ts. The functions
-- that they call afterwards write their acts, so what is taken over below is all that came before.

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

-- What earlier versions have kept elsewhere of what operators did.
INSERT INTO holdfast.operator_acts (
  account_id, what, detail, reason, by_name, at, entry_version)
SELECT account_id, what, detail, reason, by_name, at, entry_version
FROM (
  SELECT e.account_id, e.type AS what,
    jsonb_build_object('credits', abs(e.available_delta)) AS detail,
    e.reason, e.by_name, e.at, e.version AS entry_version
  FROM holdfast.grants AS g
  JOIN holdfast.entries AS e ON e.account_id = g.account_id AND e.version = g.grant_id
  WHERE g.source IN ('promotion', 'adjustment')
  UNION ALL
  SELECT e.account_id, e.type, jsonb_build_object('credits', abs(e.available_delta)),
    e.reason, e.by_name, e.at, e.version
  FROM holdfast.accounts AS a
  JOIN holdfast.entries AS e USING (account_id)
  WHERE a.deducted > 0 AND e.type = 'deduct'
  UNION ALL
  SELECT i.account_id,
    CASE i.what
      WHEN 'reservation' THEN 'release'
      WHEN 'purchase' THEN 'close-purchase'
      WHEN 'subscription' THEN 'end-now'
      WHEN 'notice' THEN 'dismiss-notice'
    END,
    jsonb_build_object('id', i.id, 'outcome', i.outcome), i.reason, i.by_name, i.at, NULL
  FROM holdfast.interventions AS i
  UNION ALL
  SELECT s.account_id, 'stop', jsonb_build_object('kind', nullif(s.kind, '*')),
    s.reason, s.by_name, s.since, NULL
  FROM holdfast.stops AS s
) AS kept
ORDER BY at, account_id, entry_version;

-- These have a further parameter from here on. No released version calls them otherwise.
DROP FUNCTION IF EXISTS holdfast.record_operator_act(text, text, jsonb, text, text);
DROP FUNCTION IF EXISTS holdfast.post_entry(
  text, timestamptz, text, bigint[], bigint[], bigint[], text, bigint, text, text, date);
DROP FUNCTION IF EXISTS holdfast.post_grant(text, timestamptz, bigint, bigint, text, text);
DROP FUNCTION IF EXISTS holdfast.book_grant(holdfast.accounts, text, jsonb, timestamptz);
DROP FUNCTION IF EXISTS holdfast.grant_by_workflow(text, text, jsonb, bigint, bigint);
DROP FUNCTION IF EXISTS holdfast.admit_again(text, text, text, text);
DROP FUNCTION IF EXISTS holdfast.apply_catalog(jsonb);
