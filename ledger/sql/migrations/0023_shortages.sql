-- A refused generation calls for a top-up, and running dry is told also after a refusal.

ALTER TABLE holdfast.account_settings
  -- What a generation needed that was refused for lack of credits, and when; null once a top-up was
  -- begun for it.
  ADD COLUMN top_up_wanted    bigint,
  ADD COLUMN top_up_wanted_at timestamptz;

-- Whether the owner was told, since the last grant, that a generation needed more than there was.
ALTER TABLE holdfast.accounts ADD COLUMN ran_short boolean NOT NULL DEFAULT false;
