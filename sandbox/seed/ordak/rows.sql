-- Sample rows. Nothing here reads the clock or a random number: `:base` is the moment the data pretends to be taken
-- at, `:scale` multiplies the counts, md5 of the row number scatters the values. Run as `postgres`.
CREATE FUNCTION pg_temp.pick(seed bigint, choices text[]) RETURNS text LANGUAGE sql IMMUTABLE
  AS $$ SELECT choices[1 + (seed * 7919 + 13) % array_length(choices, 1)] $$;
CREATE FUNCTION pg_temp.uuid_of(kind text, seed bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
  AS $$ SELECT md5(kind || ':' || seed)::uuid $$;

INSERT INTO auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, last_sign_in_at, raw_app_meta_data,
  raw_user_meta_data, created_at, updated_at
)
SELECT '00000000-0000-0000-0000-000000000000', pg_temp.uuid_of('ordak-user', n), 'authenticated', 'authenticated',
  'staff' || n || '@ordak.example', '$2a$10$' || substr(md5('password' || n) || md5(n::text), 1, 53),
  :base - interval '200 days', :base - n * interval '1 hour', '{"provider": "email", "providers": ["email"]}',
  jsonb_build_object('full_name', 'Staff ' || n), :base - interval '200 days', :base - n * interval '1 hour'
FROM generate_series(1, 24) AS n;

INSERT INTO auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at, id)
SELECT id::text, id, jsonb_build_object('sub', id, 'email', email, 'email_verified', true), 'email',
  last_sign_in_at, created_at, updated_at, md5('identity' || id)::uuid
FROM auth.users ORDER BY email;

INSERT INTO auth.sessions (id, user_id, created_at, updated_at, aal, user_agent, ip)
SELECT pg_temp.uuid_of('ordak-session', n), pg_temp.uuid_of('ordak-user', n), :base - n * interval '1 hour',
  :base - n * interval '1 hour', 'aal1', 'Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)', ('10.1.4.' || n)::inet
FROM generate_series(1, 24) AS n;

INSERT INTO public.staff
SELECT pg_temp.uuid_of('ordak-user', n), (ARRAY['Ana', 'Bashir', 'Chloé', 'Dušan', 'Eun-ji', 'Fatima', 'Ольга', '李'])[1 + n % 8] || ' ' || n,
  (enum_range(NULL::public.work_stage))[1 + n % 4], CASE n % 3 WHEN 0 THEN '{bannos}' WHEN 1 THEN '{flourlane}' ELSE '{bannos,flourlane}' END::public.store_slug[],
  n % 11 <> 0, :base - interval '200 days'
FROM generate_series(1, 24) AS n;

DO $$
DECLARE
  shop record;
BEGIN
  FOR shop IN SELECT * FROM (VALUES ('bannos', 1000, 2600), ('flourlane', 500000, 1400)) AS listed (name, first, orders) LOOP
    EXECUTE format($insert$
      INSERT INTO public.orders_%1$s (
        id, shopify_order_id, order_number, customer_name, customer_email, product_title, flavour, size_inches, item_quantity,
        unit_price, due_date, delivery_method, priority, notes, tags, order_json, created_at, updated_at
      )
      SELECT '%1$s-' || (%2$s + n), 5400000000000 + %2$s * 100000::bigint + n * 37::bigint, %2$s + n, customer, email, title,
        CASE WHEN n %% 9 = 0 THEN NULL ELSE pg_temp.pick(n, '{Vanilla,Chocolate,"Red Velvet",Lemon,Caramel,Pistachio}') END,
        6 + 2 * (n %% 5), 1 + (n %% 13 = 0)::integer, 48.50 + (n * 31 %% 240), (created + interval '3 days')::date,
        CASE WHEN n %% 4 = 0 THEN 'delivery' ELSE 'pickup' END,
        (ARRAY['High', 'Medium', 'Medium', 'Low']::public.order_priority[])[1 + n %% 4],
        CASE n %% 6 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN E'Happy birthday\nMia! \\ 🎂' ELSE 'Write: ' || md5('note' || n) END,
        ARRAY['web', '%1$s'], jsonb_build_object('id', 5400000000000 + n, 'gid', md5('%1$s' || n), 'currency', 'AUD',
          'customer', jsonb_build_object('name', customer, 'email', email),
          'line_items', jsonb_build_array(jsonb_build_object('title', title, 'sku', upper(substr(md5(title || n), 1, 10)), 'properties', md5(n::text)))),
        created, created + interval '4 minutes'
      FROM generate_series(1, %3$s) AS n,
        LATERAL (SELECT %4$L::timestamptz - (%3$s - n) * (interval '180 days' / %3$s) - interval '2 minutes') AS timing (created),
        LATERAL (SELECT 'Customer ' || substr(md5('%1$s' || n), 1, 6), 'c' || n || '@shop.example',
          pg_temp.pick(n * 3, '{"Signature Cake","Tiered Cake","Cupcakes (12)","Gelato Cake","Custom Cake"}')) AS who (customer, email, title)
    $insert$, shop.name, shop.first, greatest(10, round(shop.orders * :scale))::integer, :base);
  END LOOP;
END
$$;

INSERT INTO public.work_queue (store, order_id, stage, status, assigned_to, priority, due_date, started_at, completed_at, created_at, updated_at)
SELECT store, id, stage, CASE WHEN stage = 'Complete' THEN 'done' WHEN n % 5 = 0 THEN 'unassigned' WHEN n % 5 < 3 THEN 'assigned' ELSE 'in_progress' END::public.work_status,
  CASE WHEN stage <> 'Complete' AND n % 5 = 0 THEN NULL ELSE pg_temp.uuid_of('ordak-user', 1 + n % 24) END, priority, due_date,
  created_at + interval '1 hour', CASE WHEN stage = 'Complete' THEN created_at + interval '26 hours' END, created_at, created_at + interval '26 hours'
FROM (
  SELECT *, row_number() OVER (ORDER BY store, order_number) AS n,
    CASE WHEN created_at < :base - interval '5 days' THEN 'Complete' ELSE (ARRAY['Filling', 'Covering', 'Decorating', 'Packing'])[1 + order_number % 4] END::public.work_stage AS stage
  FROM (
    SELECT 'bannos' AS store, id, order_number, priority, due_date, created_at FROM public.orders_bannos
    UNION ALL
    SELECT 'flourlane', id, order_number, priority, due_date, created_at FROM public.orders_flourlane
  ) AS orders
) AS numbered
ORDER BY n;

INSERT INTO public.stage_events (work_queue_id, stage, event, staff_id, detail, happened_at)
SELECT queue.id, passed.stage, kind.event, queue.assigned_to, CASE WHEN queue.id % 7 = 0 THEN NULL ELSE jsonb_build_object('scanner', substr(md5(queue.id::text), 1, 8)) END,
  queue.created_at + passed.position * interval '5 hours' + kind.minutes * interval '1 minute'
FROM public.work_queue AS queue
CROSS JOIN LATERAL unnest(enum_range('Filling'::public.work_stage, 'Packing')) WITH ORDINALITY AS passed (stage, position)
CROSS JOIN (VALUES ('start', 0), ('complete', 40)) AS kind (event, minutes)
WHERE passed.stage < queue.stage
ORDER BY queue.id, passed.position, kind.minutes;

INSERT INTO public.barcode_prints
SELECT 'ORD-' || store || '-' || id, id, 'Packing ' || id % 3, assigned_to, completed_at FROM public.work_queue WHERE stage = 'Complete' ORDER BY id;

INSERT INTO storage.buckets (id, name, created_at, updated_at, public, file_size_limit, allowed_mime_types)
VALUES ('order_photos', 'order_photos', :base - interval '200 days', :base - interval '200 days', false, 10485760, '{image/jpeg,image/png,image/webp}');

INSERT INTO storage.objects (id, bucket_id, name, owner, created_at, updated_at, last_accessed_at, metadata, version, owner_id)
SELECT pg_temp.uuid_of('ordak-object', n), 'order_photos', store || '/' || order_id || '/' || lower(stage::text) || '-' || n || '.jpg', assigned_to, created_at,
  created_at, created_at, jsonb_build_object('eTag', '"' || md5('photo' || n) || '"', 'size', 400 + n % 300, 'mimetype', 'image/jpeg', 'cacheControl', 'max-age=3600',
    'lastModified', to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'contentLength', 400 + n % 300, 'httpStatusCode', 200),
  pg_temp.uuid_of('ordak-version', n)::text, assigned_to::text
FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM public.work_queue WHERE id % 3 = 0) AS photographed
ORDER BY n;

INSERT INTO public.order_photos
SELECT pg_temp.uuid_of('ordak-photo', row_number() OVER (ORDER BY name)), path_tokens[1], path_tokens[2], name,
  initcap(split_part(path_tokens[3], '-', 1))::public.work_stage, owner, created_at
FROM storage.objects WHERE bucket_id = 'order_photos' ORDER BY name;

INSERT INTO public.webhook_inbox
SELECT pg_temp.uuid_of('ordak-webhook', n), pg_temp.pick(n, '{bannos,flourlane}'), pg_temp.pick(n, '{orders/create,orders/updated,orders/cancelled}'),
  decode(md5('hmac' || n) || md5(n::text), 'hex'), jsonb_build_object('id', 5400000000000 + n, 'gid', md5('webhook' || n)),
  CASE WHEN n % 50 = 0 THEN NULL ELSE :base - n * interval '3 minutes' END, :base - n * interval '3 minutes'
FROM generate_series(1, greatest(10, round(1500 * :scale))::integer) AS n;

INSERT INTO public.settings VALUES
  ('due_day_cutoff', '{"bannos": "14:00", "flourlane": "13:00"}', :base - interval '90 days'),
  ('flavours', '["Vanilla", "Chocolate", "Red Velvet", "Lemon", "Caramel", "Pistachio"]', :base - interval '90 days'),
  ('printing', '{"station": "Packing 1", "copies": 1}', :base - interval '12 days');

INSERT INTO supabase_migrations.schema_migrations VALUES
  ('20250601090000', ARRAY['create type work_stage as enum (…)'], 'types'),
  ('20250601090500', ARRAY['create table orders_bannos (…)', 'create table orders_flourlane (…)'], 'orders'),
  ('20250603081500', ARRAY['create table work_queue (…)'], 'work_queue'),
  ('20250610120000', ARRAY['create function get_queue (…)', 'create function print_barcode (…)'], 'rpcs'),
  ('20250702143000', ARRAY['alter table orders_bannos enable row level security'], 'row_security'),
  ('20250915070000', ARRAY['insert into storage.buckets (…)'], 'order_photos');
