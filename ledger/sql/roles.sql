-- Roles belong to the cluster, so another database's migration may have created them already, or be
-- creating them now.
DO $$
DECLARE
  v_role text;
BEGIN
  FOREACH v_role IN ARRAY ARRAY['holdfast_worker', 'holdfast_test'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', v_role);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END LOOP;
END $$;

REVOKE ALL ON SCHEMA holdfast FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA holdfast FROM PUBLIC, holdfast_worker, holdfast_test;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA holdfast FROM PUBLIC, holdfast_worker, holdfast_test;

-- The worker may call the ledger's operations and read its views, and nothing else.
GRANT USAGE ON SCHEMA holdfast TO holdfast_worker, holdfast_test;
GRANT SELECT ON holdfast.history, holdfast.live_subscriptions TO holdfast_worker;
-- An operation runs as the schema's owner, in each of its signatures; internal functions do not.
DO $$
DECLARE
  v_operation regprocedure;
BEGIN
  FOR v_operation IN
    SELECT oid
    FROM pg_proc
    WHERE pronamespace = 'holdfast'::regnamespace AND prosecdef
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO holdfast_worker', v_operation);
  END LOOP;
END $$;

-- The test clock is the one thing that a production worker must never reach.
GRANT SELECT, INSERT, UPDATE, DELETE ON holdfast.test_clock TO holdfast_test;
