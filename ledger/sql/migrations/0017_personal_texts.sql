-- What a person wrote stands apart from the rows that are kept for ever: they hold its id and a
-- salted commitment to it, so that it can be erased and the rows stay as they are.
CREATE TABLE holdfast.personal_texts (
  account_id text   NOT NULL,
  text_id    bigint GENERATED ALWAYS AS IDENTITY,
  -- Both are null once it has been erased.
  text       text,
  salt       bytea,
  CONSTRAINT personal_texts_pkey PRIMARY KEY (account_id, text_id),
  CONSTRAINT personal_texts_erased_whole CHECK (num_nulls(text, salt) IN (0, 2))
);

-- What a row holds of its text. commitment: text_commitment of salt and text.
CREATE TYPE holdfast.text_reference AS (text_id bigint, commitment bytea);

ALTER TABLE holdfast.entries
  ADD COLUMN text_id         bigint,
  ADD COLUMN text_commitment bytea;

ALTER TABLE holdfast.interventions
  ALTER COLUMN reason DROP NOT NULL,
  ADD COLUMN text_id         bigint,
  ADD COLUMN text_commitment bytea;

ALTER TABLE holdfast.operator_acts
  ADD COLUMN text_id         bigint,
  ADD COLUMN text_commitment bytea,
  -- Of a reason in the detail: why the stop that was ended had been set.
  ADD COLUMN detail_text_id         bigint,
  ADD COLUMN detail_text_commitment bytea;

-- The members of the body that a person wrote; the body keeps the others.
ALTER TABLE holdfast.idempotency_keys
  ADD COLUMN text_id         bigint,
  ADD COLUMN text_commitment bytea;

-- These are erased in place: every reserve and commit would write a row more. An erased key answers
-- any body.
ALTER TABLE holdfast.reservations ADD COLUMN erased boolean NOT NULL DEFAULT false;
ALTER TABLE holdfast.purchases ADD COLUMN erased boolean NOT NULL DEFAULT false;

-- Texts from before this migration move after it, account by account, each batch in a transaction
-- of its own. While the row is there, they may; the last batch deletes it.
CREATE TABLE holdfast.text_move (
  only_one         boolean NOT NULL DEFAULT true,
  after_account_id text    NOT NULL DEFAULT '',
  CONSTRAINT text_move_pkey PRIMARY KEY (only_one),
  CONSTRAINT text_move_only_one CHECK (only_one)
);

-- With the functions: they know of the texts from here on.
INSERT INTO holdfast.text_move (only_one)
SELECT true
WHERE EXISTS (SELECT FROM holdfast.accounts) OR EXISTS (SELECT FROM holdfast.operator_acts);

CREATE OR REPLACE FUNCTION holdfast.refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND holdfast.is_text_move(to_jsonb(OLD), to_jsonb(NEW)) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION holdfast.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND holdfast.is_text_move(to_jsonb(OLD), to_jsonb(NEW)) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- Several functions write these rows; none of them has to know where the text goes.
CREATE FUNCTION holdfast.keep_reason_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_text holdfast.text_reference;
BEGIN
  v_text := holdfast.keep_text(NEW.account_id, NEW.reason);
  NEW.reason := NULL;
  NEW.text_id := v_text.text_id;
  NEW.text_commitment := v_text.commitment;
  RETURN NEW;
END $$;

CREATE FUNCTION holdfast.keep_detail_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_text holdfast.text_reference;
BEGIN
  v_text := holdfast.keep_text(NEW.account_id, NEW.detail->>'reason');
  NEW.detail := NEW.detail - 'reason';
  NEW.detail_text_id := v_text.text_id;
  NEW.detail_text_commitment := v_text.commitment;
  RETURN NEW;
END $$;

CREATE TRIGGER interventions_reason_apart BEFORE INSERT ON holdfast.interventions
  FOR EACH ROW WHEN (NEW.reason IS NOT NULL)
  EXECUTE FUNCTION holdfast.keep_reason_apart();
-- A star stands for all accounts, whose texts are no account's. Why an account was erased stays.
CREATE TRIGGER operator_acts_reason_apart BEFORE INSERT ON holdfast.operator_acts
  FOR EACH ROW WHEN (NEW.reason IS NOT NULL AND NEW.account_id <> '*' AND NEW.what <> 'erase')
  EXECUTE FUNCTION holdfast.keep_reason_apart();
CREATE TRIGGER operator_acts_detail_apart BEFORE INSERT ON holdfast.operator_acts
  FOR EACH ROW WHEN (NEW.detail->>'reason' IS NOT NULL AND NEW.account_id <> '*')
  EXECUTE FUNCTION holdfast.keep_detail_apart();
