import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** Of the fields of `/proc/<pid>/stat` behind the command's name: when the process started, in ticks since the boot. */
const START_FIELD = 19;

/**
 * When a process of this machine began, as four hexadecimal digits that tell it from a later one with the same number.
 * @returns undefined where nobody tells: no such process, another system than Linux, or somebody else's that is hidden
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function processBirth(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[START_FIELD] ?? "";
    return createHash("sha256").update(ticks).digest("hex").slice(0, 4);
  } catch {
    return undefined;
  }
}
