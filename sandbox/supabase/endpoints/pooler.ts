import { type Endpoint, endpoint } from "../endpoint.ts";

/**
 * Where to connect. A project with a cluster names the cluster itself, in session mode, which a pooler of the platform
 * has at port 5432 of the same host; one without names what the platform would.
 */
export const poolerEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/config/database/pooler",
    handle: (platform, { ref }) => {
      const { region } = platform.project(ref);
      const cluster = platform.clusters.get(ref);
      const user = cluster ? "postgres" : `postgres.${ref}`;
      const host = cluster?.host ?? `aws-0-${region}.pooler.supabase.com`;
      const port = cluster?.port ?? 6543;
      const url = `postgresql://${user}:[YOUR-PASSWORD]@${host}:${port}/postgres`;
      const primary = {
        identifier: ref,
        database_type: "PRIMARY",
        is_using_scram_auth: true,
        db_user: user,
        db_host: host,
        db_port: port,
        db_name: "postgres",
        connection_string: url,
        connectionString: url,
        default_pool_size: null,
        max_client_conn: null,
        pool_mode: cluster ? "session" : "transaction",
      };
      return { status: 200, body: [primary] };
    },
  }),
];
