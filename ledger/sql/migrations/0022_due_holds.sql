-- Reconciliation takes its turn with all due holds, and a queue's first ticket is checked for life.

ALTER TABLE holdfast.reservations
  -- The pass that last took the hold to find out about its workflow.
  ADD COLUMN looked_pass_id  text,
  -- When a pass last asked in vain what became of the orphan's job. Those come after the others.
  ADD COLUMN unsettled_at    timestamptz,
  -- When Temporal was last to be asked whether the workflow of the queue's first ticket lives.
  ADD COLUMN head_checked_at timestamptz;

-- A message that is only to find out whether the workflow of its request lives. Workers of earlier
-- versions wake it, which does no harm.
ALTER TABLE holdfast.outbox ADD COLUMN is_check boolean NOT NULL DEFAULT false;
