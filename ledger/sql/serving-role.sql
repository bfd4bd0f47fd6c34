-- The serving processes' login. Its name and password come as settings of this transaction, because
-- neither DO nor CREATE ROLE takes parameters. Like the other roles it belongs to the cluster:
-- another database's migration may be creating it, or making it a member, at this moment.
DO $$
DECLARE
  v_user text := current_setting('holdfast.serving_user');
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_user) THEN
    BEGIN
      EXECUTE format(
        'CREATE ROLE %I LOGIN PASSWORD %L',
        v_user,
        nullif(current_setting('holdfast.serving_password'), ''));
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END IF;
  BEGIN
    EXECUTE format('GRANT holdfast_worker TO %I', v_user);
  EXCEPTION WHEN unique_violation THEN NULL;
  END;
END $$;
