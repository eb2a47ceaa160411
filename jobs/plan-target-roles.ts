import type pg from "pg";
import { type RoleInUse, readExistingRoles } from "../postgres/read-roles.ts";
import { planRoles, type RolePlan } from "../postgres/restore-roles.ts";
import type { Manifest } from "../vault/manifest.ts";
import type { Vault } from "../vault/vault.ts";
import { readSmallChunk } from "./read-small-chunk.ts";

export interface TargetRoles {
  readonly plan: RolePlan;
  /** The session's user on the target. */
  readonly user: string;
  readonly superuser: boolean;
  /** e.g. 17. */
  readonly serverMajor: number;
}

/**
 * Which of a point's roles the target has, could be given, or must do without; read only. A proof asks the same as
 * the restore did, and expects what the restore could give.
 */
export async function planTargetRoles(
  vault: Vault,
  manifest: Manifest,
  client: pg.Client,
): Promise<TargetRoles> {
  const needed: RoleInUse[] = JSON.parse((await readSmallChunk(vault, manifest, "role-list")) || "[]");
  const existing = await readExistingRoles(client);
  const reply = await client.query<{ user: string; version: string }>(
    "SELECT current_user::pg_catalog.text AS user, pg_catalog.current_setting('server_version_num') AS version",
  );
  const { user = "", version = "0" } = reply.rows[0] ?? {};
  const serverMajor = Math.floor(Number(version) / 10_000);
  const self = existing.find((role) => role.name === user)?.attributes;
  const superuser = self?.superuser ?? false;
  const canCreate = superuser || (self?.createRole ?? false);
  const { supabase } = manifest.source;
  return {
    plan: planRoles(needed, existing, { canCreate, supabase, user, serverMajor }),
    user,
    superuser,
    serverMajor,
  };
}
