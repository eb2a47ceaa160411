import { spawn } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { PitrBegun } from "../../../../jobs/pitr/pitr-begun.ts";
import { recoverToTime } from "../../../../jobs/pitr/recover-to-time.ts";
import { openManagementApi } from "../../../../supabase/open-management-api.ts";

/** A recovery in a process of its own, as JSON in the environment. */
interface Apart {
  readonly endpoint: string;
  readonly token: string;
  readonly ref: string;
  readonly target: string;
  /** Where it keeps what it must know after a kill. */
  readonly journal: string;
}

/** What the journal of a recovery holds. */
export function readJournal(journal: string): PitrBegun | undefined {
  return existsSync(journal) ? PitrBegun.parse(JSON.parse(readFileSync(journal, "utf8"))) : undefined;
}

/** Starts a recovery in another process and kills it once its journal shows the moment. @returns the journal */
export async function killRecovery(apart: Apart, moment: (begun: PitrBegun) => boolean): Promise<PitrBegun> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    env: { ...process.env, RECOVERY_APART: JSON.stringify(apart) },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  for (;;) {
    const begun = readJournal(apart.journal);
    if (begun !== undefined && moment(begun)) {
      child.kill("SIGKILL");
      await ended;
      return begun;
    }
    if (child.exitCode !== null) throw new Error("the recovery ended before the moment of its kill");
    await sleep(10);
  }
}

async function main({ endpoint, token, ref, target, journal }: Apart): Promise<void> {
  const clock = () => new Date();
  await recoverToTime({
    api: openManagementApi({ endpoint, token, clock }),
    ref,
    target: new Date(target),
    confirm: ref,
    project: { name: "shop", objectives: { rtoSeconds: 60, rpoSeconds: 60 } },
    clock,
    timing: { lagPollSeconds: 0.2 },
    onBegun: async (begun) => {
      writeFileSync(`${journal}.new`, JSON.stringify(begun));
      renameSync(`${journal}.new`, journal);
    },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main(JSON.parse(process.env.RECOVERY_APART ?? "{}"));
