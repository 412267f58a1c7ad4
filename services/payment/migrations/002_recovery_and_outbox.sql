-- What a worker needs to find out how an attempt ended, what a virtual account is, and what Order has yet to hear.
ALTER TABLE payment_attempt
  -- Looks since the attempt came into its state: the back-off counts them.
  ADD COLUMN checks           integer     NOT NULL DEFAULT 0,
  ADD COLUMN status_since     timestamptz NOT NULL DEFAULT now(),
  -- The first of the provider's answers in a row that it knows of no such payment.
  ADD COLUMN not_found_at     timestamptz,
  -- Until when an attempt that was given up after it was sent is looked up, in case it was charged after all.
  ADD COLUMN sweep_until      timestamptz,
  ADD COLUMN late_charge_at   timestamptz,
  ADD COLUMN late_refunded_at timestamptz,
  ADD COLUMN cancel_reason    text,
  ADD COLUMN account_number   text,
  ADD COLUMN bank_code        text,
  ADD COLUMN due_at           timestamptz,
  -- Proves that a deposit notice comes from the provider. It opens nothing: the provider itself is asked all the same.
  ADD COLUMN deposit_secret   text;

UPDATE payment_attempt SET status_since = updated_at;
UPDATE payment_attempt SET next_check_at = now() WHERE status IN ('processing', 'unknown') AND next_check_at IS NULL;

-- 'cancel_pending' closes an account that awaits its deposit; 'refund_pending' gives money back.
ALTER TABLE payment_attempt
  DROP CONSTRAINT payment_attempt_status,
  ADD CONSTRAINT payment_attempt_status CHECK (status IN (
    'processing', 'unknown', 'approved', 'rejected', 'abandoned',
    'waiting_for_deposit', 'cancel_pending', 'refund_pending', 'refunded')),
  DROP CONSTRAINT payment_attempt_approved,
  ADD CONSTRAINT payment_attempt_payment_key CHECK (
    status NOT IN ('approved', 'waiting_for_deposit', 'cancel_pending', 'refund_pending') OR payment_key IS NOT NULL);

-- Money that is being given back is still taken, and the refund may be refused: that attempt stays the only one.
-- A charge found after its attempt was given up is refunded beside it, in the columns late_*; its row stays 'abandoned'.
DROP INDEX payment_attempt_one_live;
CREATE UNIQUE INDEX payment_attempt_one_live ON payment_attempt (order_id)
  WHERE status IN ('processing', 'unknown', 'approved', 'waiting_for_deposit', 'cancel_pending', 'refund_pending');

-- What happened to attempts and Order has not acknowledged. Written in the transaction that made it so.
CREATE TABLE payment_outbox (
  -- Rises in the order of commit for one order, since the row of its live attempt is locked while this is written.
  id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id        uuid        NOT NULL,
  attempt         integer     NOT NULL,
  payment_id      uuid        NOT NULL,
  payment_status  text        NOT NULL,
  reason          text,
  settled_at      timestamptz NOT NULL DEFAULT now(),
  tries           integer     NOT NULL DEFAULT 0,
  next_try_at     timestamptz NOT NULL DEFAULT now(),
  lease_until     timestamptz,
  lease_owner     text,
  acknowledged_at timestamptz
);

CREATE INDEX payment_outbox_unacknowledged ON payment_outbox (next_try_at) WHERE acknowledged_at IS NULL;
CREATE INDEX payment_outbox_order ON payment_outbox (order_id, id) WHERE acknowledged_at IS NULL;
CREATE INDEX payment_outbox_acknowledged ON payment_outbox (acknowledged_at) WHERE acknowledged_at IS NOT NULL;
