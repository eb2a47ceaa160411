import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { checkTargetRoles } from "./check-target-roles.ts";
import type { ServerTargetArgs, TargetGrant, TargetOwner, TargetRole } from "./server-target-args.ts";
import type { DeclaredTarget } from "./target-address.ts";
import { type TargetPurpose, targetOptions } from "./target-purpose.ts";

/**
 * An empty database on a server that exists, with its owner, and what a restore cannot make by itself without being a
 * superuser. Nothing else on the server is touched.
 *
 * Memberships stand in `Role.roles` alone: beside it, a `GrantRole` of the same role would be revoked by the next
 * update.
 * @throws HoldfastError TARGET_ROLES_WRONG (exit 2)
 */
export function declareServerTarget(
  name: string,
  args: ServerTargetArgs,
  purpose: TargetPurpose,
  parent: pulumi.Resource,
): DeclaredTarget {
  checkTargetRoles(args);
  const { host, port = 5432 } = args;
  const provider = new postgresql.Provider(
    `${name}-server`,
    {
      host,
      port,
      username: args.username,
      password: pulumi.secret(args.password),
      superuser: args.superuser ?? false,
      sslmode: args.sslMode ?? "verify-full",
    },
    { parent },
  );
  const options = { parent, provider, ...targetOptions(purpose) };
  const roles = declareRoles(name, args.roles ?? [], options);
  const owner = args.owner && declareOwner(name, args.owner, [...roles.values()], options);
  const database = declareDatabase(name, args, owner, { ...options, dependsOn: [...roles.values()] });
  const inside = { ...options, deletedWith: database };
  const extensions = (args.extensions ?? []).map(
    (extension) =>
      new postgresql.Extension(
        `${name}-extension-${extension.name}`,
        { name: extension.name, schema: extension.schema ?? "public", database: database.name },
        inside,
      ),
  );
  const grants = (args.grants ?? []).map((grant) => declareGrant(name, grant, database, inside));
  return {
    address: {
      host: pulumi.output(host),
      port: pulumi.output(port),
      database: database.name,
      user: owner?.name ?? pulumi.output(args.username),
    },
    resources: [database, ...extensions, ...grants],
  };
}

function declareOwner(
  name: string,
  owner: TargetOwner,
  roles: readonly postgresql.Role[],
  options: pulumi.CustomResourceOptions,
): postgresql.Role {
  return new postgresql.Role(
    `${name}-owner`,
    {
      name: owner.name,
      login: true,
      createRole: owner.createRole ?? false,
      password: pulumi.secret(owner.password),
      // So that the restore may give them what they own.
      ...memberships(roles.map((role) => role.name)),
    },
    { ...options, ...LEFT_TO_THE_RESTORE },
  );
}

/** @param options with all roles as dependencies: they own what is in it, so it must go before them */
function declareDatabase(
  name: string,
  { database, locale, template = "template0", username }: ServerTargetArgs,
  owner: postgresql.Role | undefined,
  options: pulumi.CustomResourceOptions,
): postgresql.Database {
  return new postgresql.Database(
    `${name}-database`,
    {
      name: database,
      owner: owner?.name ?? username,
      template,
      encoding: locale?.encoding ?? "UTF8",
      ...(locale === undefined ? {} : { lcCollate: locale.collate, lcCtype: locale.ctype }),
    },
    // The point may bring a connection limit.
    { ...options, ignoreChanges: ["connectionLimit"] },
  );
}

function declareGrant(
  name: string,
  { role, schema, privileges }: TargetGrant,
  database: postgresql.Database,
  options: pulumi.CustomResourceOptions,
): postgresql.Grant {
  return new postgresql.Grant(
    `${name}-grant-${role}-${schema ?? "database"}`,
    {
      role,
      database: database.name,
      objectType: schema === undefined ? "database" : "schema",
      ...(schema === undefined ? {} : { schema }),
      privileges: [...privileges],
    },
    options,
  );
}

/** What memberships the restore gives are the point's, and no drift. */
const LEFT_TO_THE_RESTORE = { ignoreChanges: ["roles"] };

const memberships = (roles: readonly pulumi.Input<string>[]) =>
  roles.length === 0 ? {} : { roles: [...roles] };

function declareRoles(
  name: string,
  roles: readonly TargetRole[],
  options: pulumi.CustomResourceOptions,
): ReadonlyMap<string, postgresql.Role> {
  const made = new Map<string, postgresql.Role>();
  for (const role of roles) {
    const { login = false, bypassRowLevelSecurity = false, memberOf = [] } = role;
    made.set(
      role.name,
      new postgresql.Role(
        `${name}-role-${role.name}`,
        {
          name: role.name,
          login,
          bypassRowLevelSecurity,
          ...memberships(memberOf.map((group) => made.get(group)?.name ?? group)),
        },
        { ...options, ...LEFT_TO_THE_RESTORE },
      ),
    );
  }
  return made;
}
