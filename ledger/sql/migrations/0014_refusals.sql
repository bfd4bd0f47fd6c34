-- Grants by workflow have a maximum per day, over all accounts. A day is a UTC day.
CREATE TABLE holdfast.workflow_grant_days (
  day     date   NOT NULL,
  credits bigint NOT NULL,
  CONSTRAINT workflow_grant_days_pkey PRIMARY KEY (day),
  CONSTRAINT workflow_grant_days_credits_not_negative CHECK (credits >= 0)
);

-- How often an account was refused for lack of credits in the latest minute in which it was:
-- requests that would wait (is_waiter) and requests that would not.
CREATE TABLE holdfast.short_refusals (
  account_id text        NOT NULL,
  is_waiter  boolean     NOT NULL,
  minute     timestamptz NOT NULL,
  refusals   integer     NOT NULL,
  CONSTRAINT short_refusals_pkey PRIMARY KEY (account_id, is_waiter),
  CONSTRAINT short_refusals_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts,
  CONSTRAINT short_refusals_positive CHECK (refusals > 0)
);

-- The size of the request that a ticket stands for; null for tickets from before it was bounded.
ALTER TABLE holdfast.reservations ADD COLUMN request_bytes integer;

-- The queue's tickets by hundreds of ticket numbers. A ticket's place is counted from the blocks
-- before its own and from its own block, however long the queue is. A block without tickets is
-- deleted.
CREATE TABLE holdfast.queue_blocks (
  account_id    text    NOT NULL,
  block         bigint  NOT NULL,
  tickets       integer NOT NULL,
  credits       bigint  NOT NULL,
  request_bytes bigint  NOT NULL,
  CONSTRAINT queue_blocks_pkey PRIMARY KEY (account_id, block),
  CONSTRAINT queue_blocks_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts,
  CONSTRAINT queue_blocks_in_range
    CHECK (tickets BETWEEN 0 AND 100 AND credits >= 0 AND request_bytes >= 0)
);

-- With the functions: these keep the blocks from here on.
INSERT INTO holdfast.queue_blocks (account_id, block, tickets, credits, request_bytes)
SELECT account_id, ticket / 100, count(*), sum(waits_for), 0
FROM holdfast.reservations
WHERE state = 'waiting'
GROUP BY account_id, ticket / 100;
