import pg from "pg";
import type { PropertyMap } from "../../engine/protocol/property-value.ts";
import type { PluginResource } from "../plugin-provider.ts";
import { checkProperties, diffProperties, inputsAsRead, type PropertyRules } from "../property-rules.ts";
import { readRole } from "./read-role.ts";
import { roleStatements } from "./role-statements.ts";
import type { ServerSession } from "./server-session.ts";

const RULES: PropertyRules = {
  name: { kind: "text", required: true, replaces: true, identifies: true },
  login: { kind: "flag" },
  superuser: { kind: "flag" },
  createDatabase: { kind: "flag" },
  createRole: { kind: "flag" },
  replication: { kind: "flag" },
  bypassRowLevelSecurity: { kind: "flag" },
  inherit: { kind: "flag", default: true },
  connectionLimit: { kind: "number", default: -1, minimum: -1 },
  validUntil: { kind: "text", default: "infinity" },
  password: { kind: "text" },
  passwordWo: { kind: "text", writeOnly: true },
  passwordWoVersion: { kind: "text" },
  encryptedPassword: { kind: "flag", default: true },
  roles: { kind: "set" },
  searchPaths: { kind: "list" },
  statementTimeout: { kind: "number", minimum: 0 },
  idleInTransactionSessionTimeout: { kind: "number", minimum: 0 },
  assumeRole: { kind: "text" },
  skipDropRole: { kind: "flag" },
  skipReassignOwned: { kind: "flag" },
};

const { escapeIdentifier } = pg;

/** A role of the server. Its removal gives what it owns, in the provider's database, to the user of the provider. */
export function roleResource(server: () => ServerSession): PluginResource {
  const change = (news: PropertyMap, before: PropertyMap | undefined): Promise<PropertyMap> =>
    server().transact(async (client) => {
      for (const statement of roleStatements(news, before)) await client.query(statement);
      const found = await readRole(client, news, server().settings.superuser);
      if (!found) throw new Error(`the role ${news.name} is gone again`);
      // What the inputs leave out shows as nothing at first, and as an empty list once it is read.
      const shown = (key: "roles" | "searchPaths") => (news[key] ? (found[key] ?? null) : null);
      return { ...found, roles: shown("roles"), searchPaths: shown("searchPaths") };
    });
  return {
    check: ({ news }) => checkProperties(RULES, news),
    diff: (call) => diffProperties(RULES, call),
    create: async ({ inputs }) => ({ id: String(inputs.name), outputs: await change(inputs, undefined) }),
    update: async ({ news, outputs }) => ({ outputs: await change(news, outputs) }),
    read: async ({ id, inputs, outputs }) => {
      const { superuser } = server().settings;
      const found = await server().run((client) => readRole(client, { ...outputs, name: id }, superuser));
      return found && { id, outputs: found, inputs: inputsAsRead(inputs, found, RULES) };
    },
    delete: ({ id, outputs }) =>
      server().transact(async (client) => {
        const role = escapeIdentifier(id);
        const { rowCount } = await client.query("SELECT FROM pg_catalog.pg_roles WHERE rolname = $1", [id]);
        if (rowCount === 0) return;
        if (outputs.skipReassignOwned !== true) {
          await client.query(`REASSIGN OWNED BY ${role} TO CURRENT_USER`);
          await client.query(`DROP OWNED BY ${role}`);
        }
        if (outputs.skipDropRole !== true) await client.query(`DROP ROLE ${role}`);
      }),
  };
}
