/** In these settings a percent sign of the path itself is written twice. */
const quote = (path: string): string => `'${path.replaceAll("'", "'\\''").replaceAll("%", "%%")}'`;

/**
 * Copies a finished segment under a passing name first, so that a crash leaves no half segment under the real one;
 * a segment that is there already must be the same. A segment that was shipped early ends in zeros: as a file with
 * holes, where the system can make one, it takes the space of what is in it. The folder is named once, as PostgreSQL
 * cuts the command at 1024 bytes.
 * @see https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL
 */
export function archiveCommand(archive: string): string {
  const target = '"$a/%f"';
  const passing = '"$a/%f.tmp"';
  const copy = `{ cp --sparse=always %p ${passing} 2>/dev/null || cp %p ${passing}; }`;
  return `a=${quote(archive)}; if test -f ${target}; then cmp -s %p ${target}; else ${copy} && mv ${passing} ${target}; fi`;
}

/** Brings a segment back; says by its exit code alone that there is none. */
export function restoreCommand(archive: string): string {
  return `a=${quote(archive)}; test -f "$a/%f" && cp "$a/%f" %p`;
}
