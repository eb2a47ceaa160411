import { join } from "node:path";

/** In these settings a percent sign of the path itself is written twice. */
const quote = (path: string): string => `'${path.replaceAll("'", "'\\''").replaceAll("%", "%%")}'`;

/**
 * Copies a finished segment under a passing name first, so that a crash leaves no half segment under the real one;
 * a segment that is there already must be the same. A segment that was shipped early ends in zeros: as a file with
 * holes, where the system can make one, it takes the space of what is in it.
 * @see https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL
 */
export function archiveCommand(archive: string): string {
  const target = `${quote(archive)}/%f`;
  const copy = `{ cp --sparse=always %p ${target}.tmp 2>/dev/null || cp %p ${target}.tmp; }`;
  return `if test -f ${target}; then cmp -s %p ${target}; else ${copy} && mv ${target}.tmp ${target}; fi`;
}

/** Brings a segment back; says by its exit code alone that there is none. */
export function restoreCommand(archive: string): string {
  const source = join(quote(archive), "%f");
  return `test -f ${source} && cp ${source} %p`;
}
