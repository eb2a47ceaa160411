-- The roles of a Supabase project, one set for the whole server. `supabase_admin`, the server's superuser, is
-- there already; `postgres` is what a customer gets: it may make roles and databases and passes row security, but
-- is no superuser. Run as often as wanted.
DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT * FROM (VALUES
      ('postgres', 'LOGIN CREATEROLE CREATEDB REPLICATION BYPASSRLS'),
      ('anon', 'NOLOGIN NOINHERIT'),
      ('authenticated', 'NOLOGIN NOINHERIT'),
      ('service_role', 'NOLOGIN NOINHERIT BYPASSRLS'),
      ('authenticator', 'LOGIN NOINHERIT'),
      ('supabase_auth_admin', 'LOGIN NOINHERIT CREATEROLE'),
      ('supabase_storage_admin', 'LOGIN NOINHERIT CREATEROLE'),
      ('supabase_realtime_admin', 'NOLOGIN NOINHERIT'),
      ('supabase_functions_admin', 'LOGIN NOINHERIT CREATEROLE'),
      ('supabase_replication_admin', 'LOGIN REPLICATION'),
      ('supabase_read_only_user', 'LOGIN BYPASSRLS'),
      ('dashboard_user', 'NOLOGIN CREATEROLE CREATEDB REPLICATION'),
      ('pgbouncer', 'LOGIN')
    ) AS listed (name, attributes)
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
      EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.attributes);
    END IF;
  END LOOP;
END
$$;

GRANT anon, authenticated, service_role TO authenticator;
GRANT anon, authenticated, service_role, authenticator TO postgres WITH ADMIN OPTION;
-- On the service an extension of the server lets `postgres` make policies on the platform's tables; here membership
-- of their owners does.
GRANT supabase_storage_admin, supabase_realtime_admin, supabase_functions_admin TO postgres;
GRANT pg_monitor, pg_read_all_data, pg_signal_backend TO postgres;
GRANT pg_read_all_data TO supabase_read_only_user;
-- On the service an extension of the server allows these; `session_replication_role` is what a restore needs.
GRANT SET ON PARAMETER session_replication_role, log_min_duration_statement, track_io_timing TO postgres;

ALTER ROLE anon SET statement_timeout = '3s';
ALTER ROLE authenticated SET statement_timeout = '8s';
ALTER ROLE authenticator SET statement_timeout = '8s';
ALTER ROLE authenticator SET lock_timeout = '8s';
ALTER ROLE supabase_auth_admin SET search_path = 'auth';
ALTER ROLE supabase_auth_admin SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE supabase_storage_admin SET search_path = 'storage';
ALTER ROLE postgres SET search_path = '"$user"', 'public', 'extensions';
