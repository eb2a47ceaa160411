import type { FileDisaster } from "./strike-files.ts";

/** What happens to a product in the story: first life goes on, then someone breaks it. */
export interface Disaster {
  /** Rows that arrive after the backup: what a restore to the backup loses. */
  readonly afterBackup: string;
  readonly rowsAfterBackup: number;
  readonly statements: readonly string[];
  readonly files?: FileDisaster;
  readonly inWords: string;
}

const ROWS_AFTER_BACKUP = 3;

export const DISASTERS: Readonly<Record<string, Disaster>> = {
  ordak: {
    rowsAfterBackup: ROWS_AFTER_BACKUP,
    afterBackup: `INSERT INTO public.orders_bannos
        (id, shopify_order_id, order_number, customer_name, product_title, unit_price, due_date, order_json)
      SELECT id || '-late', shopify_order_id + 1000000000000, order_number, customer_name, product_title,
             unit_price, due_date, order_json
        FROM public.orders_bannos ORDER BY id LIMIT ${ROWS_AFTER_BACKUP}`,
    statements: [
      "DELETE FROM public.orders_bannos WHERE order_number % 2 = 0",
      "DROP TABLE public.work_queue CASCADE",
    ],
    files: { bucket: "order_photos", deleted: 40, overwritten: 10 },
    inWords:
      "every second order of orders_bannos deleted, table work_queue dropped, 40 photos deleted, 10 overwritten",
  },
  coppercore: {
    rowsAfterBackup: ROWS_AFTER_BACKUP,
    afterBackup: `INSERT INTO supabase_migrations.schema_migrations (version, name)
      SELECT '2999010100000' || n, 'after the backup' FROM generate_series(1, ${ROWS_AFTER_BACKUP}) AS n`,
    statements: [
      "DROP TABLE public.packing_units CASCADE",
      "ALTER TABLE public.work_orders DISABLE ROW LEVEL SECURITY",
    ],
    inWords: "table packing_units dropped, row level security of work_orders switched off",
  },
};
