import { Refusal } from "../answer.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Platform } from "../platform.ts";
import { shownVersion } from "../shown-version.ts";
import type { ProjectRecord } from "../state/project-record.ts";

/** @throws Refusal 400; UNVERIFIED for other transitions than those that the platform names */
function checkActive(platform: Platform, project: ProjectRecord): void {
  const status = platform.status(project);
  if (status !== "ACTIVE_HEALTHY") throw new Refusal(400, `Project is not active, it is ${status}`);
}

function checkPaused(platform: Platform, project: ProjectRecord): void {
  const status = platform.status(project);
  if (status !== "INACTIVE")
    throw new Refusal(400, `This project is no longer in a paused state, it is ${status}`);
}

function checkPausable(platform: Platform, project: ProjectRecord): void {
  if (platform.organizationOf(project).plan !== "free")
    throw new Refusal(400, "Project is not free-tier. Please downgrade it to free-tier first and try again.");
  checkActive(platform, project);
}

/** A request that begins what takes its time, where `check` lets it. */
function begins(
  kind: "pause" | "unpause" | "restart",
  path: `/${string}`,
  check: (platform: Platform, project: ProjectRecord) => void,
): Endpoint {
  return endpoint({
    method: "POST",
    path,
    handle: (platform, { ref }) => {
      check(platform, platform.project(ref));
      const seconds = platform.timing[`${kind}Seconds`];
      platform.tasks.start(platform.project(ref), { kind, seconds });
      return { status: 200 };
    },
  });
}

/** Pausing and coming back, restarting, and whether a newer PostgreSQL is to be had. */
export const lifecycleEndpoints: readonly Endpoint[] = [
  begins("pause", "/v1/projects/{ref}/pause", checkPausable),
  begins("unpause", "/v1/projects/{ref}/restore", checkPaused),
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/restore",
    handle: (platform, { ref }) => {
      if (platform.status(platform.project(ref)) !== "INACTIVE")
        throw new Refusal(400, "This project is not in a paused state.");
      const { version, engine } = shownVersion(platform.clusters.get(ref));
      const offered = { version, release_channel: "ga", postgres_engine: engine };
      return { status: 200, body: { available_versions: [offered] } };
    },
  }),
  begins("restart", "/v1/projects/{ref}/restart", checkActive),
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/upgrade/eligibility",
    handle: (platform, { ref }) => {
      platform.project(ref);
      const { version } = shownVersion(platform.clusters.get(ref));
      const none = {
        target_upgrade_versions: [],
        legacy_auth_custom_roles: [],
        objects_to_be_dropped: [],
        unsupported_extensions: [],
        user_defined_objects_in_internal_schemas: [],
        validation_errors: [],
        warnings: [],
      };
      return {
        status: 200,
        body: {
          eligible: false,
          current_app_version: version,
          current_app_version_release_channel: "ga",
          latest_app_version: version,
          duration_estimate_hours: 1,
          ...none,
        },
      };
    },
  }),
];
