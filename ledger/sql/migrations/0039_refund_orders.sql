-- Refunds that operators order. The credits that the money has paid for are held, taken as a refund
-- takes them, before the payment provider is asked: credits are those that the order covers, held
-- those of them that the pack had left. refund_id is the provider's, once it is made; reason the
-- provider's or an obstacle's.
CREATE TABLE holdfast.refund_orders (
  account_id   text        NOT NULL,
  order_id     text        NOT NULL,
  purchase_id  text        NOT NULL,
  amount_cents bigint      NOT NULL,
  credits      bigint      NOT NULL,
  held         bigint      NOT NULL,
  status       text        NOT NULL DEFAULT 'open',
  refund_id    text,
  reason       text,
  ordered_at   timestamptz NOT NULL,
  resolved_at  timestamptz,
  CONSTRAINT refund_orders_pkey PRIMARY KEY (account_id, order_id),
  CONSTRAINT refund_orders_refund_once UNIQUE (account_id, refund_id),
  CONSTRAINT refund_orders_purchase_known FOREIGN KEY (account_id, purchase_id)
    REFERENCES holdfast.purchases,
  CONSTRAINT refund_orders_refund_known FOREIGN KEY (account_id, refund_id)
    REFERENCES holdfast.refunds,
  CONSTRAINT refund_orders_amount_positive CHECK (amount_cents > 0),
  CONSTRAINT refund_orders_held_in_range CHECK (held BETWEEN 0 AND credits),
  CONSTRAINT refund_orders_status_known CHECK (status IN ('open', 'made', 'refused', 'closed')),
  CONSTRAINT refund_orders_ended_has_time CHECK ((status = 'open') = (resolved_at IS NULL)),
  CONSTRAINT refund_orders_ended_holds_nothing CHECK (status = 'open' OR held = 0),
  CONSTRAINT refund_orders_made_has_refund CHECK ((status = 'made') = (refund_id IS NOT NULL))
);
CREATE INDEX refund_orders_of_purchase ON holdfast.refund_orders (account_id, purchase_id);
CREATE INDEX refund_orders_open
ON holdfast.refund_orders (ordered_at, account_id, order_id) WHERE resolved_at IS NULL;
