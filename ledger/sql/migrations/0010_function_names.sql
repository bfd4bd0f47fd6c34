-- With the functions: those that no worker may call have other names and parameters from here on.
-- Postgres renames no parameter of a function that is there. All of them go; those that there are
-- now are created in the same transaction.
DO $$
DECLARE
  v_function regprocedure;
BEGIN
  FOR v_function IN
    SELECT oid
    FROM pg_proc
    WHERE pronamespace = 'holdfast'::regnamespace
      AND NOT prosecdef
      AND prorettype <> 'trigger'::regtype
  LOOP
    EXECUTE format('DROP FUNCTION %s', v_function);
  END LOOP;
END $$;
