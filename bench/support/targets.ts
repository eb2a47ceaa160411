/** One thing that was promised and what was measured. */
export interface Target {
  readonly what: string;
  readonly measured: number;
  /** `at most` or `at least`. */
  readonly bound: number;
  readonly atMost: boolean;
  readonly unit: "×" | "MB" | "%" | "s" | "refusals";
  readonly met: boolean;
}

/** Judges one promise. */
export function target(
  what: string,
  measured: number,
  bound: number,
  atMost: boolean,
  unit: Target["unit"],
): Target {
  return { what, measured, bound, atMost, unit, met: atMost ? measured <= bound : measured >= bound };
}

/** The promises of the product about speed and memory, as ratios of medians of the same run. */
export function judgeTargets(
  medians: Readonly<Record<string, number>>,
  peak: { readonly backup: number; readonly restore: number },
): Target[] {
  const of = (start: string) =>
    Object.entries(medians).find(([name]) => name.startsWith(start))?.[1] ?? Number.NaN;
  const dump = of("dump holdfast");
  const restore = of("restore holdfast");
  return [
    target("dump, of the floor", dump / of("dump floor"), 1.25, true, "×"),
    target(
      "dump, faster than pg_dump -Fc + openssl + S3 CLI",
      of("dump pg_dump -Fc") / dump,
      2.5,
      false,
      "×",
    ),
    target("dump, faster than pg_dump -Fd -j2 + rclone", of("dump pg_dump -Fd") / dump, 1, false, "×"),
    target(
      "restore, faster than S3 CLI + openssl + pg_restore",
      of("restore aws") / restore,
      1.5,
      false,
      "×",
    ),
    target("restore, not slower than pg_restore -j2", of("restore pg_restore") / restore, 1, false, "×"),
    target("proof, of the restore", (of("proof holdfast") / restore) * 100, 25, true, "%"),
    target("peak memory of a backup", peak.backup, 300, true, "MB"),
    target("peak memory of a restore with its proof", peak.restore, 300, true, "MB"),
  ];
}
