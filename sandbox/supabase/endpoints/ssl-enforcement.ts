import { z } from "zod";
import { type Endpoint, endpoint } from "../endpoint.ts";

const shown = (database: boolean) => ({ currentConfig: { database }, appliedSuccessfully: true });

/** Whether connections to the database must use TLS. */
export const sslEnforcementEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/ssl-enforcement",
    handle: (platform, { ref }) => ({ status: 200, body: shown(platform.project(ref).sslEnforced) }),
  }),
  endpoint({
    method: "PUT",
    path: "/v1/projects/{ref}/ssl-enforcement",
    body: z.object({ requestedConfig: z.object({ database: z.boolean() }) }),
    handle: (platform, { ref, json }) => {
      const { sslEnforced } = platform.update(ref, { sslEnforced: json.requestedConfig.database });
      return { status: 200, body: shown(sslEnforced) };
    },
  }),
];
