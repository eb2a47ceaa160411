/**
 * Roles that every Supabase project has and that only the platform may change: never created, altered or dropped by
 * a restore.
 * @see https://github.com/supabase/cli (`pkg/migration/dump.go`, reserved roles)
 */
export const SUPABASE_RESERVED_ROLES =
  /^(?:anon|authenticated|authenticator|cli_login_.*|dashboard_user|pgbouncer|postgres|service_role|supabase_.*|pgsodium_.*|pgtle_admin)$/;
