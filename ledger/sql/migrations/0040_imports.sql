-- What was taken over from another system: its grants say so, and each import is an act.

ALTER TABLE holdfast.grants
  -- Its credits are what had been left of it elsewhere, and its cost is that part's.
  ADD COLUMN imported boolean NOT NULL DEFAULT false;

ALTER TABLE holdfast.operator_acts
  DROP CONSTRAINT operator_acts_what_known,
  ADD CONSTRAINT operator_acts_what_known CHECK (what IN (
    'grant', 'deduct', 'stop', 'admit', 'limits', 'owner-limits', 'low-balance', 'top-up',
    'forget-declines', 'release', 'close-purchase', 'end-now', 'dismiss-notice', 'reconcile',
    'catalog', 'erase', 'migrate', 'redo', 'waive', 'open-restored', 'refund',
    'import', 'retry-event', 'close-event'
  )) NOT VALID;
