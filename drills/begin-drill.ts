import { tryRecordEvidence } from "../jobs/record-evidence.ts";
import { typedError } from "../jobs/typed-error.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { findPoint } from "../vault/find-point.ts";
import { listPoints, type Point } from "../vault/list-points.ts";
import type { Manifest } from "../vault/manifest.ts";
import { openVault } from "../vault/open-vault.ts";
import { readManifest } from "../vault/read-manifest.ts";
import type { Vault } from "../vault/vault.ts";
import type { DrillFindings } from "./drill-context.ts";
import type { DrillRequest } from "./drill-request.ts";
import { failureAsFinding } from "./failure-as-finding.ts";
import { isWholePoint } from "./is-whole-point.ts";

/** The point of a drill, and where it is read. */
export interface BegunDrill {
  /** Another than the request's for a failover; close it then. */
  readonly source: Vault;
  readonly startedAt: Date;
  readonly reference: Point;
  /** What it says; or, where it cannot be opened or is not what was written, that as a finding. */
  readonly read: { readonly manifest: Manifest } | { readonly findings: DrillFindings };
}

/** The newest point is what a schedule rehearses with; another is somebody's choice. */
export const isLatest = ({ point = "latest" }: Pick<DrillRequest, "point">): boolean => point === "latest";

/**
 * Chooses the point and opens its manifest. That there is none to be had leaves evidence, as it would be the end of a
 * recovery, too; a point that was mistyped leaves none.
 * @throws HoldfastError POINT_UNKNOWN (exit 2), STORE_…, and those of `openVault`
 */
export async function beginDrill(request: DrillRequest): Promise<BegunDrill> {
  const { project, kind, vault, clock, signal } = request;
  const startedAt = clock();
  let source: Vault | undefined;
  try {
    source = await pointsOf(request);
    const reference = await choosePoint(source, request);
    const read = await readManifest(source, reference).then(
      (manifest) => ({ manifest }),
      (error: unknown) => ({ findings: failureAsFinding(error) }),
    );
    return { source, startedAt, reference, read };
  } catch (error) {
    if (source !== vault) source?.close();
    const isMistyped = !isLatest(request) && error instanceof HoldfastError && error.exitCode === 2;
    if (isMistyped) throw error;
    await tryRecordEvidence(vault, "drill", project.name, {
      ...{ drill: kind, isNewest: isLatest(request), verdict: "FAIL" },
      ...{ startedAt: startedAt.toISOString(), completedAt: clock().toISOString() },
      error: typedError(error, `The drill ${kind} of ${project.name}`, signal),
    });
    throw error;
  }
}

async function choosePoint(vault: Vault, { project, point = "latest" }: DrillRequest): Promise<Point> {
  if (point !== "latest") return await findPoint(vault, project.name, point);
  const whole = (await listPoints(vault, project.name)).find((one) => isWholePoint(project, one));
  return whole ?? (await findPoint(vault, project.name, point));
}

/** A failover reads the replica alone; nothing else of the drill knows another vault. */
async function pointsOf({ plan, kind, vault, clock }: DrillRequest): Promise<Vault> {
  if (kind !== "region-failover") return vault;
  return await openVault({ ...plan.vault, environment: plan.environment }, { clock, useReplica: true });
}
