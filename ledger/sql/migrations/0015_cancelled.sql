-- What a cancelled generation costs, and how many an account may cancel free of charge.

ALTER TABLE holdfast.reservations
  -- When a free cancellation was asked for, or booked. It counts for an hour.
  ADD COLUMN free_cancel_at timestamptz,
  -- A charge has a reason if it is for what a cancelled job had used, which has no output.
  ADD CONSTRAINT reservations_charge_reason CHECK (
    charged = 0
    OR reason IS NULL
    OR (reason = 'cancelled' AND output_url IS NULL)
  ) NOT VALID;

-- With the functions: one compares the reason as well now; a second one beside it would stay.
DROP FUNCTION IF EXISTS holdfast.commit_nothing(holdfast.reservations, bigint, text);
