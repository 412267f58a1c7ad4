-- One row per attempt at paying an order. Nothing of a card is kept but its last four digits.
-- An abandoned row that was never a charge (a tombstone) has neither method nor amount: it only refuses a late request.
CREATE TABLE payment_attempt (
  order_id          uuid        NOT NULL,
  attempt           integer     NOT NULL CONSTRAINT payment_attempt_number CHECK (attempt >= 1),
  payment_id        uuid        NOT NULL,
  status            text        NOT NULL CONSTRAINT payment_attempt_status CHECK (status IN (
                                  'processing', 'unknown', 'approved', 'rejected', 'abandoned',
                                  'waiting_for_deposit', 'refund_pending', 'refunded')),
  payment_method    text        CONSTRAINT payment_attempt_method CHECK (payment_method IN ('CreditCard', 'VirtualAccount')),
  amount            bigint      CONSTRAINT payment_attempt_amount CHECK (amount > 0),
  provider_order_id text        NOT NULL,
  idempotency_key   text        NOT NULL,
  last4             text        CONSTRAINT payment_attempt_last4 CHECK (last4 ~ '^[0-9]{4}$'),
  -- What we say outside; what the provider said, when it said something.
  reason            text,
  provider_code     text,
  payment_key       text,
  approve_no        text,
  issuer_code       text,
  approved_at       timestamptz,
  -- Durable before the first byte goes out, so an empty one proves that nothing was charged.
  sent_at           timestamptz,
  -- When a worker may look next, and who looks now.
  next_check_at     timestamptz,
  lease_until       timestamptz,
  lease_owner       text,
  -- Counts every change: a worker whose lease ran out cannot overwrite what came after it.
  version           integer     NOT NULL DEFAULT 0,
  created_at        timestamptz NOT NULL DEFAULT now(),
  updated_at        timestamptz NOT NULL DEFAULT now(),

  CONSTRAINT payment_attempt_pkey PRIMARY KEY (order_id, attempt),
  CONSTRAINT payment_attempt_payment_id UNIQUE (payment_id),
  CONSTRAINT payment_attempt_provider_order_id UNIQUE (provider_order_id),
  CONSTRAINT payment_attempt_idempotency_key UNIQUE (idempotency_key),
  CONSTRAINT payment_attempt_tombstone CHECK (
    status = 'abandoned' OR (payment_method IS NOT NULL AND amount IS NOT NULL)),
  CONSTRAINT payment_attempt_approved CHECK (status <> 'approved' OR payment_key IS NOT NULL)
);

-- The database itself refuses a second charge: one attempt of an order can be live, whatever any program believes.
-- 'refund_pending' is not live: a charge found after its attempt was given up is refunded beside the attempt that replaced it.
CREATE UNIQUE INDEX payment_attempt_one_live ON payment_attempt (order_id)
  WHERE status IN ('processing', 'unknown', 'approved', 'waiting_for_deposit');

CREATE INDEX payment_attempt_next_check ON payment_attempt (next_check_at)
  WHERE next_check_at IS NOT NULL;
