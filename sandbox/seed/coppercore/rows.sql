-- Sample rows; see the Ordak file for the rules that keep them the same in every run. Run as `postgres`.
CREATE FUNCTION pg_temp.pick(seed bigint, choices text[]) RETURNS text LANGUAGE sql IMMUTABLE
  AS $$ SELECT choices[1 + (seed * 7919 + 13) % array_length(choices, 1)] $$;
CREATE FUNCTION pg_temp.uuid_of(kind text, seed bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
  AS $$ SELECT md5(kind || ':' || seed)::uuid $$;

-- One partition a month for the four months up to the base, and one for all that is older.
DO $$
DECLARE
  first_day date := date_trunc('month', :base AT TIME ZONE 'UTC')::date;
  step integer;
BEGIN
  FOR step IN 0..3 LOOP
    EXECUTE format('CREATE TABLE public.machine_events_m%s PARTITION OF public.machine_events FOR VALUES FROM (%L) TO (%L)',
      step, (first_day - make_interval(months => step))::date || ' 00:00:00+00', (first_day - make_interval(months => step - 1))::date || ' 00:00:00+00');
  END LOOP;
END
$$;
CREATE TABLE public.machine_events_older PARTITION OF public.machine_events DEFAULT;

INSERT INTO public.factories (code, name, time_zone) VALUES
  ('BHX', 'Birmingham', 'Europe/London'), ('KTW', 'Katowice', 'Europe/Warsaw'), ('SCL', 'Santiago', 'America/Santiago');

INSERT INTO auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, last_sign_in_at, raw_app_meta_data,
  raw_user_meta_data, created_at, updated_at
)
SELECT '00000000-0000-0000-0000-000000000000', pg_temp.uuid_of('copper-user', n), 'authenticated', 'authenticated',
  'user' || n || '@coppercore.example', '$2a$10$' || substr(md5('password' || n) || md5(n::text), 1, 53),
  :base - interval '300 days', :base - n * interval '1 hour', '{"provider": "email", "providers": ["email"]}',
  jsonb_build_object('factory', 1 + n % 3), :base - interval '300 days', :base - n * interval '1 hour'
FROM generate_series(1, 60) AS n;

INSERT INTO auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at, id)
SELECT id::text, id, jsonb_build_object('sub', id, 'email', email, 'email_verified', true), 'email',
  last_sign_in_at, created_at, updated_at, md5('identity' || id)::uuid
FROM auth.users ORDER BY email;

INSERT INTO public.users
SELECT pg_temp.uuid_of('copper-user', n), 1 + n % 3, 'user' || n || '@coppercore.example', 'User ' || n,
  pg_temp.pick(n, '{operator,operator,packer,planner,supervisor}'), md5('pin' || n), n % 17 <> 0, :base - interval '300 days'
FROM generate_series(1, 60) AS n;

INSERT INTO public.products (sku, name, packed, weight_kg, attributes)
SELECT 'CU-' || (10000 + n), 'Copper cable ' || pg_temp.pick(n, '{1.5,2.5,4,6,10,16}') || ' mm² ' || pg_temp.pick(n / 6, '{solid,stranded,shielded}') || ' #' || n,
  CASE WHEN n % 10 = 0 THEN NULL ELSE ROW(600 + n % 50, 600, 200 + n % 30)::public.dimensions END, 12.5 + (n * 17 % 400) / 10.0,
  jsonb_build_object('cores', 1 + n % 5, 'colour', pg_temp.pick(n, '{red,blue,"green/yellow",black}'), 'voltage', '450/750')
FROM generate_series(1, 240) AS n;

INSERT INTO public.grns (grn_number, factory_id, supplier, material, batch, gross_kg, tare_kg, certificate, received_by, received_at)
SELECT 'GRN-' || lpad(n::text, 7, '0'), 1 + n % 3, pg_temp.pick(n, '{Codelco,KGHM,Aurubis,Nexans}'), pg_temp.pick(n, '{"Cu-ETP cathode","Cu rod 8 mm","PVC compound"}'),
  upper(substr(md5('batch' || n), 1, 12)), 2000 + n * 37 % 18000, 40 + n % 20, CASE WHEN n % 4 = 0 THEN NULL ELSE decode(md5('cert' || n) || md5(n::text), 'hex') END,
  pg_temp.uuid_of('copper-user', 1 + n % 60), :base - (total - n) * (interval '280 days' / total) - interval '7 minutes'
FROM (SELECT greatest(10, round(4000 * :scale))::integer) AS size (total), generate_series(1, total) AS n
ORDER BY n;

INSERT INTO public.work_orders (
  id, factory_id, sku, parent_id, status, quantity_m, produced_m, scrap_rate, planned, grn_id, instructions, created_by, created_at, updated_at
)
SELECT pg_temp.uuid_of('work-order', n), 1 + n % 3, 'CU-' || (10001 + n % 240), CASE WHEN n % 8 = 0 THEN pg_temp.uuid_of('work-order', n - 1) END,
  CASE WHEN n < total * 0.9 THEN CASE WHEN n % 40 = 0 THEN 'cancelled' ELSE 'completed' END
    ELSE (ARRAY['draft', 'released', 'in_progress', 'paused'])[1 + n % 4] END::public.work_order_status,
  500 + n * 13 % 9500, CASE WHEN n < total * 0.9 THEN 500 + n * 13 % 9500 ELSE 0 END,
  CASE n % 50 WHEN 0 THEN 'NaN' WHEN 1 THEN NULL ELSE (n * 31 % 700) / 10000.0 END,
  CASE WHEN n % 30 = 0 THEN NULL ELSE tstzrange(created, created + interval '6 hours') END, 100000 + n * 3 % grn_total,
  CASE WHEN n % 3 = 0 THEN NULL ELSE E'Drum change after 500 m\ncheck: ' || md5('instruction' || n) END, pg_temp.uuid_of('copper-user', 1 + n % 60), created, created + interval '7 hours'
FROM (SELECT greatest(10, round(6000 * :scale))::integer, greatest(10, round(4000 * :scale))::integer) AS size (total, grn_total), generate_series(1, total) AS n,
  LATERAL (SELECT :base - (total - n) * (interval '280 days' / total) - interval '4 minutes') AS timing (created)
ORDER BY n;

INSERT INTO public.packing_units
SELECT pg_temp.uuid_of('packing-unit', n), pg_temp.uuid_of('work-order', 1 + n * 6000 / 14000 % greatest(total * 6000 / 14000, 1)), 'PU' || lpad(n::text, 10, '0'),
  CASE WHEN n < total * 0.9 THEN 'shipped' WHEN n % 2 = 0 THEN 'sealed' ELSE 'open' END::public.packing_unit_status, 50 + n % 450,
  CASE WHEN n % 20 = 0 THEN NULL ELSE ROW(600, 600, 200 + n % 90)::public.dimensions END, ARRAY['fragile', 'drum ' || n % 100, NULL],
  pg_temp.uuid_of('copper-user', 1 + n % 60), created + interval '20 minutes', created
FROM (SELECT greatest(10, round(14000 * :scale))::integer) AS size (total), generate_series(1, total) AS n,
  LATERAL (SELECT :base - (total - n) * (interval '280 days' / total) - interval '3 minutes') AS timing (created)
ORDER BY n;

INSERT INTO public.machine_events (factory_id, machine, kind, speed_m_per_minute, reading, happened_at)
SELECT 1 + n % 3, 'EX' || 1 + n % 12, pg_temp.pick(n, '{speed,stop,start,temperature}'), CASE n % 1000 WHEN 0 THEN 'Infinity' ELSE (n * 7 % 3000) / 10.0 END,
  CASE WHEN n % 5 = 0 THEN NULL ELSE jsonb_build_object('celsius', 150 + n % 60, 'trace', md5(n::text)) END, :base - (total - n) * (interval '150 days' / total) - interval '1 minute'
FROM (SELECT greatest(10, round(25000 * :scale))::integer) AS size (total), generate_series(1, total) AS n
ORDER BY n;

INSERT INTO supabase_migrations.schema_migrations VALUES
  ('20250105080000', ARRAY['create type work_order_status as enum (…)'], 'types'),
  ('20250105081000', ARRAY['create table factories (…)', 'create table users (…)'], 'people'),
  ('20250107100000', ARRAY['create table grns (…)'], 'grns'),
  ('20250112093000', ARRAY['create table work_orders (…)', 'create table packing_units (…)'], 'production'),
  ('20250301060000', ARRAY['create table machine_events (…) partition by range (happened_at)'], 'machine_events'),
  ('20250620110000', ARRAY['alter table grns force row level security'], 'row_security');
