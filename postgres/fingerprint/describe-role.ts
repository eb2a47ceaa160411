import { createHash } from "node:crypto";
import type { RoleInUse } from "../read-roles.ts";

/** What a role may do, is a member of and is set to, in words that are equal on all server versions. */
export function describeRole(role: RoleInUse): string {
  const { attributes } = role;
  const words = [
    attributes.superuser ? "superuser" : "",
    attributes.inherit ? "" : "does not inherit",
    attributes.createRole ? "creates roles" : "",
    attributes.createDb ? "creates databases" : "",
    attributes.login ? "may log in" : "",
    attributes.replication ? "replication" : "",
    attributes.bypassRls ? "bypasses row security" : "",
    attributes.connectionLimit < 0 ? "" : `at most ${attributes.connectionLimit} connections`,
    attributes.validUntil === undefined ? "" : `until ${attributes.validUntil}`,
    ...role.memberOf.map((membership) =>
      [
        `member of ${membership.role}`,
        membership.admin ? "with admin option" : "",
        membership.inherit === attributes.inherit ? "" : membership.inherit ? "inheriting" : "not inheriting",
        membership.set ? "" : "without set option",
      ]
        .filter((word) => word !== "")
        .join(" "),
    ),
    ...role.settings.map((setting) => `set ${hideValue(setting)}`),
    role.comment === undefined ? "" : `comment: ${role.comment}`,
  ];
  return words.filter((word) => word !== "").join("; ");
}

/** Settings with a dot in their name are an application's own and may hold a key. */
function hideValue(setting: string): string {
  const equals = setting.indexOf("=");
  const name = setting.slice(0, equals);
  if (!name.includes(".")) return setting;
  return `${name}=sha256 ${createHash("sha256")
    .update(setting.slice(equals + 1))
    .digest("hex")
    .slice(0, 16)}`;
}
