-- The block of a ticket: a hundred numbers of tickets share one.
CREATE OR REPLACE FUNCTION holdfast.block_of(p_ticket bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT p_ticket / 100
$$;

-- Adds to a ticket's block, or takes away with negative numbers. The caller holds the account's
-- lock.
CREATE OR REPLACE FUNCTION holdfast.change_block(
  p_account_id text, p_ticket bigint, p_tickets integer, p_credits bigint, p_request_bytes bigint
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_tickets integer;
BEGIN
  UPDATE holdfast.queue_blocks
  SET tickets = tickets + p_tickets,
    credits = credits + p_credits,
    request_bytes = request_bytes + p_request_bytes
  WHERE account_id = p_account_id AND block = holdfast.block_of(p_ticket)
  RETURNING tickets INTO v_tickets;
  IF NOT FOUND THEN
    INSERT INTO holdfast.queue_blocks (account_id, block, tickets, credits, request_bytes)
    VALUES (p_account_id, holdfast.block_of(p_ticket), p_tickets, p_credits, p_request_bytes);
  ELSIF v_tickets = 0 THEN
    DELETE FROM holdfast.queue_blocks
    WHERE account_id = p_account_id AND block = holdfast.block_of(p_ticket);
  END IF;
END $$;

-- The ticket leaves the account's queue, and what it waits for is no longer waited for.
CREATE OR REPLACE FUNCTION holdfast.leave_queue(p_ticket holdfast.reservations) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE holdfast.accounts
  SET waited_for = waited_for - p_ticket.waits_for
  WHERE account_id = p_ticket.account_id;
  PERFORM holdfast.change_block(
    p_ticket.account_id, p_ticket.ticket,
    p_tickets => -1,
    p_credits => -p_ticket.waits_for,
    p_request_bytes => -coalesce(p_ticket.request_bytes, 0));
END $$;

-- How many tickets the account's queue has, what they need together, and the size of their
-- requests.
CREATE OR REPLACE FUNCTION holdfast.queue_sums(
  p_account_id text, OUT tickets bigint, OUT credits bigint, OUT request_bytes bigint
) LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(b.tickets), 0)::bigint,
    coalesce(sum(b.credits), 0)::bigint,
    coalesce(sum(b.request_bytes), 0)::bigint
  FROM holdfast.queue_blocks AS b
  WHERE b.account_id = p_account_id
$$;

-- How many tickets stand before that number, and what they need together. It reads the blocks
-- before the number's, and what is before it in its own.
CREATE OR REPLACE FUNCTION holdfast.ahead_of(
  p_account_id text, p_ticket bigint, OUT tickets bigint, OUT credits bigint
) LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(part.tickets), 0)::bigint, coalesce(sum(part.credits), 0)::bigint
  FROM (
    SELECT sum(b.tickets) AS tickets, sum(b.credits) AS credits
    FROM holdfast.queue_blocks AS b
    WHERE b.account_id = p_account_id AND b.block < holdfast.block_of(p_ticket)
    UNION ALL
    SELECT count(*), sum(w.waits_for)
    FROM holdfast.reservations AS w
    WHERE w.account_id = p_account_id
      AND w.state = 'waiting'
      AND w.ticket >= holdfast.block_of(p_ticket) * 100
      AND w.ticket < p_ticket
  ) AS part
$$;
