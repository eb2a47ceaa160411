import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Platform } from "../platform.ts";

const LIFTED_MINUTES = 15;
const NEVER = "1970-01-01 00:00:00+00";

const asPostgres = (iso: string): string => iso.replace("T", " ").replace("Z", "+00");

function isLifted(platform: Platform, until: string | undefined): until is string {
  return until !== undefined && Date.parse(until) > platform.clock().getTime();
}

/** The platform's own read-only mode, which it sets when a disk is full. What else it shows is UNVERIFIED. */
export const readOnlyModeEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/readonly",
    handle: (platform, { ref }) => {
      const { enabled, liftedUntil } = platform.project(ref).readOnly;
      const lifted = isLifted(platform, liftedUntil);
      return {
        status: 200,
        body: {
          enabled,
          override_enabled: lifted,
          override_active_until: lifted ? asPostgres(liftedUntil) : NEVER,
        },
      };
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/projects/{ref}/readonly/temporary-disable",
    handle: (platform, { ref }) => {
      const { readOnly } = platform.project(ref);
      const until = new Date(platform.clock().getTime() + LIFTED_MINUTES * 60_000);
      platform.update(ref, { readOnly: { ...readOnly, liftedUntil: until.toISOString() } });
      return { status: 201 };
    },
  }),
];
