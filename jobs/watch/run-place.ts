/** A scheduled job of a project: a backup of a tier, or the sync of a bucket or of one of its shards. */
export type RunOf = { readonly tier: string } | { readonly bucket: string; readonly shard?: string };

/** How the watch names it: `ordak/weekly`, `ordak/storage/photos`, `ordak/storage/photos#2/4`. */
export function runPlace(project: string, run: RunOf): string {
  if ("tier" in run) return `${project}/${run.tier}`;
  return `${project}/storage/${run.bucket}${run.shard === undefined ? "" : `#${run.shard}`}`;
}
