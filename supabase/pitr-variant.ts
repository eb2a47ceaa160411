import type { PitrWindowDays } from "../plan/schema/supabase.ts";

const FORM = /^pitr_(\d+)$/;

/** The add-on's variant for a window: `pitr_7`. */
export function pitrVariant(windowDays: PitrWindowDays): `pitr_${PitrWindowDays}` {
  return `pitr_${windowDays}`;
}

/** The window of a variant in days; `undefined` for what is not such a variant. */
export function pitrWindowDays(variant: string): number | undefined {
  const days = FORM.exec(variant)?.[1];
  return days === undefined ? undefined : Number(days);
}
