import type { ApiCall } from "./api-call.ts";

/** By the beginning of the path, the longer first where one begins like another; `_read` or `_write` is added. */
const PERMISSIONS: readonly (readonly [path: string, permission: string])[] = [
  ["/v1/projects/{ref}/billing/addons", "infra_add_ons"],
  ["/v1/projects/{ref}/database/backups", "backups"],
  ["/v1/projects/{ref}/database/migrations", "database_migrations"],
  ["/v1/projects/{ref}/database/password", "database_config"],
  ["/v1/projects/{ref}/database/query/read-only", "database_read"],
  ["/v1/projects/{ref}/database/query", "database"],
  ["/v1/projects/{ref}/cli/login-role", "database"],
  ["/v1/projects/{ref}/functions", "edge_functions"],
  ["/v1/projects/{ref}/secrets", "edge_functions_secrets"],
  ["/v1/projects/{ref}/api-keys", "api_gateway_keys"],
  ["/v1/projects/{ref}/config/database/pooler", "database_pooling_config"],
  ["/v1/projects/{ref}/config/storage", "storage_config"],
  ["/v1/projects/{ref}/storage", "storage"],
  ["/v1/projects/{ref}/network-restrictions", "database_network_restrictions"],
  ["/v1/projects/{ref}/ssl-enforcement", "database_ssl_config"],
  ["/v1/projects/{ref}/readonly", "database_readonly_config"],
  ["/v1/projects/{ref}/branches", "branching_development"],
  ["/v1/branches", "branching_development"],
  ["/v1/projects/{ref}/pgsodium", "project_admin_write"],
  ["/v1/projects/{ref}", "project_admin"],
  ["/v1/organizations/{slug}/projects", "organization_projects"],
  ["/v1/organizations/{slug}", "organization_admin"],
];

/**
 * The permission that a fine-grained access token needs for a call, as far as it is known.
 * @see https://supabase.com/docs/guides/platform/access-tokens
 */
export function permissionFor({
  method,
  path,
}: Pick<ApiCall<unknown>, "method" | "path">): string | undefined {
  if (path === "/v1/projects") return method === "POST" ? "organization_projects_create" : "projects_read";
  const found = PERMISSIONS.find(([begin]) => path === begin || path.startsWith(`${begin}/`))?.[1];
  if (found === undefined || /_(?:read|write)$/.test(found)) return found;
  if (found.startsWith("branching_") && method === "POST") return `${found}_create`;
  if (found.startsWith("branching_") && method === "DELETE") return `${found}_delete`;
  return `${found}_${method === "GET" ? "read" : "write"}`;
}
