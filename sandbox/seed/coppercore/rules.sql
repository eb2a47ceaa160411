-- Keys, functions, triggers, policies, views: after the rows. Run as `postgres`.
ALTER TABLE public.users
  ADD FOREIGN KEY (id) REFERENCES auth.users (id) ON DELETE CASCADE,
  ADD FOREIGN KEY (factory_id) REFERENCES public.factories (id);
CREATE UNIQUE INDEX users_email_key ON public.users (lower(email));
ALTER TABLE public.grns
  ADD UNIQUE (grn_number),
  ADD FOREIGN KEY (factory_id) REFERENCES public.factories (id),
  ADD FOREIGN KEY (received_by) REFERENCES public.users (id);
ALTER TABLE public.work_orders
  ADD FOREIGN KEY (factory_id) REFERENCES public.factories (id),
  ADD FOREIGN KEY (sku) REFERENCES public.products (sku) ON UPDATE CASCADE,
  ADD FOREIGN KEY (grn_id) REFERENCES public.grns (id),
  ADD FOREIGN KEY (created_by) REFERENCES public.users (id),
  ADD CONSTRAINT work_orders_parent_fkey FOREIGN KEY (parent_id) REFERENCES public.work_orders (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE public.packing_units
  ADD UNIQUE (serial),
  ADD FOREIGN KEY (work_order_id) REFERENCES public.work_orders (id) ON DELETE CASCADE,
  ADD FOREIGN KEY (packed_by) REFERENCES public.users (id);
ALTER TABLE public.machine_events ADD PRIMARY KEY (id, happened_at);
CREATE INDEX ON public.machine_events (machine, happened_at);
CREATE INDEX work_orders_open_idx ON public.work_orders (factory_id, status) WHERE status NOT IN ('completed', 'cancelled');
CREATE INDEX work_orders_planned_idx ON public.work_orders USING gist (planned);
CREATE INDEX products_search_idx ON public.products USING gin (search);
CREATE INDEX packing_units_order_idx ON public.packing_units (work_order_id) INCLUDE (status);
CREATE STATISTICS public.work_orders_factory_status (dependencies, ndistinct) ON factory_id, status FROM public.work_orders;

CREATE FUNCTION public.current_factory() RETURNS smallint LANGUAGE sql STABLE SECURITY DEFINER SET search_path TO '' AS $$
  SELECT factory_id FROM public.users WHERE id = auth.uid() AND active
$$;

CREATE FUNCTION public.guard_work_order() RETURNS trigger LANGUAGE plpgsql SET search_path TO '' AS $$
BEGIN
  IF OLD.status IN ('completed', 'cancelled') AND NEW.status IS DISTINCT FROM OLD.status THEN
    RAISE EXCEPTION 'work order % is %', OLD.number, OLD.status USING ERRCODE = 'check_violation';
  END IF;
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON public.work_orders FOR EACH ROW EXECUTE FUNCTION public.guard_work_order();

CREATE FUNCTION public.count_produced() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO '' AS $$
BEGIN
  UPDATE public.work_orders SET produced_m = produced_m + NEW.length_m WHERE id = NEW.work_order_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER count_produced AFTER INSERT ON public.packing_units FOR EACH ROW
  WHEN (NEW.status <> 'open') EXECUTE FUNCTION public.count_produced();

CREATE FUNCTION public.release_work_order(p_id uuid) RETURNS public.work_order_status
LANGUAGE plpgsql SECURITY DEFINER SET search_path TO '' AS $$
DECLARE
  answer public.work_order_status;
BEGIN
  UPDATE public.work_orders SET status = 'released'
  WHERE id = p_id AND status = 'draft' AND factory_id = public.current_factory()
  RETURNING status INTO answer;
  RETURN answer;
END
$$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, anon;

CREATE VIEW public.open_work_orders WITH (security_invoker = true) AS
SELECT orders.number, factories.code AS factory, orders.sku, products.name, orders.status, orders.quantity_m - orders.produced_m AS remaining_m
FROM public.work_orders AS orders
JOIN public.factories ON factories.id = orders.factory_id
JOIN public.products ON products.sku = orders.sku
WHERE orders.status NOT IN ('completed', 'cancelled');

CREATE MATERIALIZED VIEW public.daily_output AS
SELECT orders.factory_id, (units.packed_at AT TIME ZONE 'UTC')::date AS day, count(*) AS units, sum(units.length_m) AS metres
FROM public.packing_units AS units
JOIN public.work_orders AS orders ON orders.id = units.work_order_id
WHERE units.status <> 'open'
GROUP BY 1, 2;
CREATE UNIQUE INDEX daily_output_key ON public.daily_output (factory_id, day);
REVOKE ALL ON public.daily_output FROM anon, authenticated;

ALTER TABLE public.factories ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.products ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.grns ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.grns FORCE ROW LEVEL SECURITY;
ALTER TABLE public.work_orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.packing_units ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.machine_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone_reads ON public.factories FOR SELECT TO authenticated USING (true);
CREATE POLICY everyone_reads ON public.products FOR SELECT TO authenticated USING (true);
CREATE POLICY same_factory ON public.users FOR SELECT TO authenticated USING (factory_id = public.current_factory());
CREATE POLICY same_factory ON public.grns TO authenticated
  USING (factory_id = public.current_factory()) WITH CHECK (factory_id = public.current_factory() AND received_by = auth.uid());
CREATE POLICY same_factory ON public.work_orders FOR SELECT TO authenticated USING (factory_id = public.current_factory());
CREATE POLICY planners_change ON public.work_orders AS RESTRICTIVE FOR UPDATE TO authenticated
  USING (EXISTS (SELECT FROM public.users WHERE id = auth.uid() AND job IN ('planner', 'supervisor')));
CREATE POLICY same_factory_change ON public.work_orders FOR UPDATE TO authenticated USING (factory_id = public.current_factory());
CREATE POLICY same_factory ON public.packing_units TO authenticated
  USING (EXISTS (SELECT FROM public.work_orders AS orders WHERE orders.id = work_order_id));
CREATE POLICY same_factory ON public.machine_events FOR SELECT TO authenticated USING (factory_id = public.current_factory());
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM anon;
REVOKE SELECT ON public.users FROM authenticated;
GRANT SELECT (id, factory_id, full_name, job, active) ON public.users TO authenticated;

ALTER PUBLICATION supabase_realtime ADD TABLE public.work_orders, public.packing_units;
