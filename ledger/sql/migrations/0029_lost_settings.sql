-- Settings, stops and their ends are compared after a restore as well. A star stands for all
-- accounts.
ALTER TABLE holdfast.lost_operations
  DROP CONSTRAINT lost_operations_what_known,
  ADD CONSTRAINT lost_operations_what_known CHECK (what IN (
    'generation', 'grant', 'purchase', 'subscribe', 'renew', 'changePlan', 'cancelAtPeriodEnd',
    'resume', 'endNow', 'limits', 'low-balance', 'top-up', 'stop', 'admit'
  )) NOT VALID;
