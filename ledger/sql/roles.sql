-- Takes every right in the schema from everyone but its owner: a migration then grants what
-- ledger/access.ts says, and nothing that was granted otherwise outlasts it. So a copy that was
-- restored beside its original isn't open to the original's logins, and the role holdfast_worker of
-- v0.1.0, which all databases of a cluster shared, reaches nothing here any more.
DO $$
DECLARE
  v_grantee text;
BEGIN
  FOR v_grantee IN
    WITH held (acl, owner) AS (
      SELECT nspacl, nspowner FROM pg_namespace WHERE nspname = 'holdfast'
      UNION ALL
      SELECT relacl, relowner FROM pg_class WHERE relnamespace = 'holdfast'::regnamespace
      UNION ALL
      SELECT a.attacl, c.relowner
      FROM pg_class AS c
      JOIN pg_attribute AS a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'holdfast'::regnamespace
      UNION ALL
      SELECT proacl, proowner FROM pg_proc WHERE pronamespace = 'holdfast'::regnamespace
    )
    SELECT r.rolname::text
    FROM held
    CROSS JOIN LATERAL aclexplode(held.acl) AS granted
    JOIN pg_roles AS r ON r.oid = granted.grantee
    WHERE granted.grantee NOT IN (SELECT owner FROM held)
    GROUP BY r.rolname
  LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA holdfast FROM %I', v_grantee);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA holdfast FROM %I', v_grantee);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA holdfast FROM %I', v_grantee);
    EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA holdfast FROM %I', v_grantee);
  END LOOP;
END $$;

REVOKE ALL ON SCHEMA holdfast FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA holdfast FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA holdfast FROM PUBLIC;
-- A new function may be called by PUBLIC until then.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA holdfast FROM PUBLIC;
