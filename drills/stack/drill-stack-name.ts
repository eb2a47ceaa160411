import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { DrillKind } from "../../plan/schema/drills.ts";
import { processBirth } from "./process-birth.ts";

/** What the name of a drill's stack tells about whose it is. */
export interface DrillStackOwner {
  /** After this nobody needs it any more, unless its process is seen to run. */
  readonly expiresAt: Date;
  /** Of the machine that it was made on. */
  readonly host: string;
  /** 0 for one that is kept: it belongs to nobody's process. */
  readonly pid: number;
  /** Of that process, as `processBirth` tells it; `0000` where nobody told. */
  readonly birth: string;
}

/** Pulumi takes 100 characters; what follows the readable part needs 33. */
const READABLE_CHARACTERS = 66;
const ENDING = /-x([0-9a-z]{1,8})-([0-9a-f]{6})-([0-9a-z]{1,6})-([0-9a-f]{4})[0-9a-f]{4}$/;

/** Where nobody tells when a process began. */
const UNKNOWN_BIRTH = "0000";

/** Of two containers the same number is two processes, and after a start of the machine it is another one. */
function hostId(): string {
  const facts = [
    () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"),
    () => readlinkSync("/proc/self/ns/pid"),
  ];
  const hash = createHash("sha256").update(hostname());
  for (const fact of facts) {
    try {
      hash.update(fact());
    } catch {
      // Linux alone knows it.
    }
  }
  return hash.digest("hex").slice(0, 6);
}

/** What all names of an environment's drills begin with. */
export const drillStackPrefix = (environment: string) => `drill.${environment}.`;

interface NamedDrill {
  readonly environment: string;
  readonly project: string;
  readonly kind: DrillKind;
}

/** What the names of all stacks of one drill begin with; the ends of very long ones are cut off. */
export function drillStackBeginning({ environment, project, kind }: NamedDrill): string {
  return `${`${drillStackPrefix(environment)}${project}.${kind}`.slice(0, READABLE_CHARACTERS)}-x`;
}

/**
 * The name of a new drill's stack. It says whose it is and how long it may live, since a name is the one thing that
 * every backend of Pulumi lists, also of a stack whose first update was killed.
 */
export function drillStackName(
  drill: NamedDrill & { readonly expiresAt: Date; readonly keep?: boolean },
): string {
  const pid = drill.keep ? 0 : process.pid;
  const seconds = Math.ceil(drill.expiresAt.getTime() / 1000).toString(36);
  const birth = processBirth(process.pid) ?? UNKNOWN_BIRTH;
  const ending = `${seconds}-${hostId()}-${pid.toString(36)}-${birth}${randomBytes(2).toString("hex")}`;
  return `${drillStackBeginning(drill)}${ending}`;
}

/** Undefined for the name of a stack that is no drill's. */
export function readDrillStackName(name: string): DrillStackOwner | undefined {
  const [, seconds, host, pid, birth] = ENDING.exec(name) ?? [];
  if (!seconds || !host || !pid || !birth) return undefined;
  return {
    expiresAt: new Date(Number.parseInt(seconds, 36) * 1000),
    host,
    pid: Number.parseInt(pid, 36),
    birth,
  };
}

/**
 * Whether a stack is left over: the process of this machine that it belongs to is gone; of another machine, or kept, its
 * time is over. While its process runs, it is not: a restore may take longer than anybody thought.
 */
export function isLeftOver({ expiresAt, host, pid, birth }: DrillStackOwner, now: Date): boolean {
  if (host !== hostId() || pid === 0) return now >= expiresAt;
  if (!isRunning(pid)) return true;
  // Numbers come back: a container's first process has the same one each time.
  return birth !== (processBirth(pid) ?? birth);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else is one that runs.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
