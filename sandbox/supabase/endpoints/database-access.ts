import { randomBytes } from "node:crypto";
import { z } from "zod";
import { withClient } from "../../seed/with-client.ts";
import { Refusal } from "../answer.ts";
import { scramVerifier } from "../cluster/scram-verifier.ts";
import { databaseOf } from "../database-of.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";

const LOGIN_SECONDS = 300;
const LOGINS = ["cli_login_postgres", "cli_login_supabase_read_only_user"] as const;

/** Who may log in to the database: its password, short-lived logins, and the root key of what it encrypts. */
export const databaseAccessEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "PATCH",
    path: "/v1/projects/{ref}/database/password",
    body: z.object({ password: z.string().min(4) }),
    handle: async (platform, { ref, json }) => {
      const project = platform.project(ref);
      if (platform.status(project) !== "ACTIVE_HEALTHY")
        throw new Refusal(400, "Cannot reset password for non-active projects");
      await databaseOf(platform, project)?.setPassword(json.password);
      // UNVERIFIED text.
      return { status: 200, body: { message: "Successfully updated password" } };
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/projects/{ref}/cli/login-role",
    body: z.object({ read_only: z.boolean() }),
    handle: async (platform, { ref, json }) => {
      const cluster = databaseOf(platform, platform.project(ref));
      const role = json.read_only ? LOGINS[1] : LOGINS[0];
      const password = randomBytes(24).toString("base64url");
      const until = new Date(platform.clock().getTime() + LOGIN_SECONDS * 1000).toISOString();
      const parent = role.slice("cli_login_".length);
      if (cluster)
        await withClient(cluster.adminUrl(), async (client) => {
          const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [role]);
          if (rowCount === 0) await client.query(`CREATE ROLE ${role} IN ROLE ${parent}`);
          const verifier = scramVerifier(password);
          await client.query(`ALTER ROLE ${role} LOGIN PASSWORD '${verifier}' VALID UNTIL '${until}'`);
        });
      return { status: 201, body: { role, password, ttl_seconds: LOGIN_SECONDS } };
    },
  }),
  endpoint({
    method: "DELETE",
    path: "/v1/projects/{ref}/cli/login-role",
    handle: async (platform, { ref }) => {
      const cluster = databaseOf(platform, platform.project(ref));
      if (cluster)
        await withClient(cluster.adminUrl(), async (client) => {
          for (const role of LOGINS) await client.query(`DROP ROLE IF EXISTS ${role}`);
        });
      return { status: 200, body: { message: "ok" } };
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/pgsodium",
    handle: (platform, { ref }) => ({ status: 200, body: { root_key: platform.project(ref).rootKey } }),
  }),
  endpoint({
    method: "PUT",
    path: "/v1/projects/{ref}/pgsodium",
    body: z.object({ root_key: z.string() }),
    handle: (platform, { ref, json }) => {
      const { rootKey } = platform.update(ref, { rootKey: json.root_key });
      return { status: 200, body: { root_key: rootKey } };
    },
  }),
];
