import { computeSize } from "./compute-variant.ts";

/**
 * Whether point-in-time recovery can run on a compute add-on: from Small up. A project without the add-on has the
 * smallest size. A variant that is not known is larger than all that are: no smaller one than Micro was ever sold.
 * @see https://supabase.com/docs/guides/platform/backups
 */
export function computeCarriesPitr(variant: string | undefined): boolean {
  if (variant === undefined) return false;
  return !["nano", "micro"].includes(computeSize(variant) ?? "");
}
