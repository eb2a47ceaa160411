-- Keys, functions, triggers, policies: after the rows, so that loading is fast and nothing fires. Run as `postgres`.
ALTER TABLE public.stage_events ADD FOREIGN KEY (work_queue_id) REFERENCES public.work_queue (id) ON DELETE CASCADE;
ALTER TABLE public.barcode_prints ADD FOREIGN KEY (work_queue_id) REFERENCES public.work_queue (id);
CREATE INDEX work_queue_open_idx ON public.work_queue (store, stage, due_date) WHERE stage <> 'Complete';
CREATE INDEX stage_events_queue_idx ON public.stage_events (work_queue_id, happened_at DESC);
CREATE INDEX orders_bannos_created_idx ON public.orders_bannos (created_at);
CREATE INDEX orders_flourlane_created_idx ON public.orders_flourlane (created_at);
CREATE INDEX orders_bannos_json_idx ON public.orders_bannos USING gin (order_json jsonb_path_ops);
CREATE INDEX webhook_inbox_open_idx ON public.webhook_inbox (received_at) WHERE processed_at IS NULL;

CREATE FUNCTION public.touch_updated_at() RETURNS trigger LANGUAGE plpgsql SET search_path TO '' AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
CREATE TRIGGER touch BEFORE UPDATE ON public.orders_bannos FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER touch BEFORE UPDATE ON public.orders_flourlane FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER touch BEFORE UPDATE ON public.work_queue FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

CREATE FUNCTION public.enqueue_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO '' AS $$
BEGIN
  INSERT INTO public.work_queue (store, order_id, priority, due_date)
  VALUES (TG_ARGV[0], NEW.id, NEW.priority, NEW.due_date)
  ON CONFLICT (store, order_id) DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER enqueue AFTER INSERT ON public.orders_bannos FOR EACH ROW EXECUTE FUNCTION public.enqueue_order('bannos');
CREATE TRIGGER enqueue AFTER INSERT ON public.orders_flourlane FOR EACH ROW EXECUTE FUNCTION public.enqueue_order('flourlane');

CREATE FUNCTION public.get_queue(p_store text, p_stage public.work_stage DEFAULT NULL, p_limit integer DEFAULT 200)
RETURNS SETOF public.work_queue LANGUAGE sql STABLE SECURITY DEFINER SET search_path TO '' AS $$
  SELECT * FROM public.work_queue
  WHERE store = p_store AND stage <> 'Complete' AND (p_stage IS NULL OR stage = p_stage)
  ORDER BY due_date, priority, id
  LIMIT p_limit
$$;
COMMENT ON FUNCTION public.get_queue IS 'Open work of a store, completed orders left out';

CREATE FUNCTION public.queue_counts(p_store text) RETURNS TABLE (stage public.work_stage, total bigint, unassigned bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path TO '' AS $$
  SELECT stage, count(*), count(*) FILTER (WHERE assigned_to IS NULL)
  FROM public.work_queue WHERE store = p_store AND stage <> 'Complete' GROUP BY stage ORDER BY stage
$$;

CREATE FUNCTION public.start_stage(p_id bigint) RETURNS public.work_queue
LANGUAGE plpgsql SECURITY DEFINER SET search_path TO '' AS $$
DECLARE
  item public.work_queue;
BEGIN
  UPDATE public.work_queue
  SET status = 'in_progress', started_at = coalesce(started_at, now()), assigned_to = coalesce(assigned_to, auth.uid())
  WHERE id = p_id AND stage <> 'Complete'
  RETURNING * INTO item;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no open work % to start', p_id USING ERRCODE = 'no_data_found';
  END IF;
  INSERT INTO public.stage_events (work_queue_id, stage, event, staff_id) VALUES (p_id, item.stage, 'start', auth.uid());
  RETURN item;
END
$$;

CREATE FUNCTION public.complete_stage(p_id bigint) RETURNS public.work_queue
LANGUAGE plpgsql SECURITY DEFINER SET search_path TO '' AS $$
DECLARE
  item public.work_queue;
  following public.work_stage;
BEGIN
  SELECT * INTO item FROM public.work_queue WHERE id = p_id AND stage <> 'Complete' FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no open work % to complete', p_id USING ERRCODE = 'no_data_found';
  END IF;
  following := (enum_range(item.stage, NULL))[2];
  INSERT INTO public.stage_events (work_queue_id, stage, event, staff_id) VALUES (p_id, item.stage, 'complete', auth.uid());
  UPDATE public.work_queue
  SET stage = following,
    status = CASE WHEN following = 'Complete' THEN 'done' ELSE 'assigned' END::public.work_status,
    completed_at = CASE WHEN following = 'Complete' THEN now() END
  WHERE id = p_id
  RETURNING * INTO item;
  RETURN item;
END
$$;

CREATE FUNCTION public.print_barcode(p_barcode text, p_work_queue_id bigint, p_station text DEFAULT 'Packing 1') RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path TO '' AS $$
BEGIN
  INSERT INTO public.barcode_prints (barcode, work_queue_id, station, printed_by)
  VALUES (p_barcode, p_work_queue_id, p_station, auth.uid())
  ON CONFLICT (barcode) DO NOTHING;
  RETURN jsonb_build_object('barcode', p_barcode, 'result', CASE WHEN FOUND THEN 'printed' ELSE 'already_done' END);
END
$$;
COMMENT ON FUNCTION public.print_barcode IS 'Prints once; a second call answers already_done and changes nothing';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, anon;
REVOKE ALL ON FUNCTION public.touch_updated_at, public.enqueue_order FROM authenticated;

CREATE VIEW public.order_overview WITH (security_invoker = true) AS
SELECT queue.store, queue.order_id, orders.customer_name, orders.product_title, queue.stage, queue.status, queue.due_date
FROM public.work_queue AS queue
JOIN (
  SELECT id, customer_name, product_title FROM public.orders_bannos
  UNION ALL
  SELECT id, customer_name, product_title FROM public.orders_flourlane
) AS orders ON orders.id = queue.order_id;

-- Writes go through the functions above only: nobody but the service has a policy to insert, update or delete.
ALTER TABLE public.staff ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.orders_bannos ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.orders_flourlane ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.work_queue ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.stage_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.barcode_prints ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.order_photos ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.webhook_inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.settings ENABLE ROW LEVEL SECURITY;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public FROM anon, authenticated;
REVOKE ALL ON public.webhook_inbox FROM anon, authenticated;
CREATE FUNCTION public.works_for(p_store text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path TO '' AS $$
  SELECT EXISTS (SELECT FROM public.staff WHERE user_id = auth.uid() AND active AND p_store = ANY (stores))
$$;
REVOKE ALL ON FUNCTION public.works_for FROM PUBLIC, anon;
CREATE POLICY staff_sees_itself ON public.staff FOR SELECT TO authenticated USING (user_id = auth.uid());
CREATE POLICY staff_reads ON public.orders_bannos FOR SELECT TO authenticated USING (public.works_for('bannos'));
CREATE POLICY staff_reads ON public.orders_flourlane FOR SELECT TO authenticated USING (public.works_for('flourlane'));
CREATE POLICY staff_reads ON public.work_queue FOR SELECT TO authenticated USING (public.works_for(store));
CREATE POLICY staff_reads ON public.stage_events FOR SELECT TO authenticated
  USING (EXISTS (SELECT FROM public.work_queue AS queue WHERE queue.id = work_queue_id));
CREATE POLICY staff_reads ON public.order_photos FOR SELECT TO authenticated USING (public.works_for(store));
CREATE POLICY all_staff_reads ON public.settings FOR SELECT TO authenticated USING (true);

CREATE POLICY photos_read ON storage.objects FOR SELECT TO authenticated
  USING (bucket_id = 'order_photos' AND public.works_for((storage.foldername(name))[1]));
CREATE POLICY photos_add ON storage.objects FOR INSERT TO authenticated
  WITH CHECK (bucket_id = 'order_photos' AND public.works_for((storage.foldername(name))[1]));

ALTER PUBLICATION supabase_realtime ADD TABLE public.work_queue, public.stage_events;
