import type { PropertyMap } from "../../engine/protocol/property-value.ts";
import type { CheckCall, CheckOutcome, PluginResource } from "../plugin-provider.ts";
import { checkProperties, diffProperties, inputsAsRead, type PropertyRules } from "../property-rules.ts";
import { type Grant, grantOf, grantStatements, PRIVILEGES, revokeStatement } from "./grant.ts";
import { readGrant } from "./read-grant.ts";
import type { ServerSession } from "./server-session.ts";
import { setOrder } from "./set-order.ts";

const RULES: PropertyRules = {
  role: { kind: "text", required: true, replaces: true, identifies: true },
  database: { kind: "text", required: true, replaces: true, identifies: true },
  schema: { kind: "text", replaces: true, identifies: true },
  objectType: {
    kind: "text",
    required: true,
    replaces: true,
    identifies: true,
    oneOf: Object.keys(PRIVILEGES),
  },
  objects: { kind: "set", replaces: true, identifies: true },
  privileges: { kind: "set", required: true },
  withGrantOption: { kind: "flag", replaces: true },
};

/**
 * What one role may do with a database, a schema, or the tables, sequences or functions in it. What it may do beside
 * is revoked. Two of them for the same role and objects fight.
 */
export function grantResource(server: () => ServerSession): PluginResource {
  const apply = async (inputs: PropertyMap): Promise<PropertyMap> => {
    const grant = grantOf(inputs);
    return server().transact(async (client) => {
      for (const statement of grantStatements(grant)) await client.query(statement);
      const found = await readGrant(client, grant);
      if (!found) throw new Error(`the role, database or schema of the grant ${idOf(grant)} does not exist`);
      return outputsOf(grant, found);
    }, grant.database);
  };
  return {
    check,
    diff: (call) => diffProperties(RULES, call),
    create: async ({ inputs }) => ({ id: idOf(grantOf(inputs)), outputs: await apply(inputs) }),
    update: async ({ news }) => ({ outputs: await apply(news) }),
    read: async ({ id, inputs, outputs }) => {
      const grant = grantOf(outputs);
      const privileges = await server().runIfThere(grant.database, (client) => readGrant(client, grant));
      if (!privileges) return undefined;
      const found = outputsOf(grant, privileges);
      return { id, outputs: found, inputs: inputsAsRead(inputs, found, RULES) };
    },
    delete: async ({ outputs }) => {
      const grant = grantOf(outputs);
      await server().runIfThere(grant.database, async (client) => {
        if (await readGrant(client, grant)) await client.query(revokeStatement(grant));
      });
    },
  };
}

function check({ news }: CheckCall): CheckOutcome {
  const { inputs, failures = [] } = checkProperties(RULES, news);
  if (failures.length > 0) return { inputs, failures };
  const { objectType, privileges, schema, objects } = grantOf(inputs);
  const known: readonly string[] = PRIVILEGES[objectType] ?? [];
  const unknown = privileges.find((one) => one !== "ALL" && !known.includes(one));
  if (unknown !== undefined && known.length > 0)
    return {
      inputs,
      failures: [{ property: "privileges", reason: `${unknown} is none of ALL, ${known.join(", ")}` }],
    };
  if ((objectType === "database") === (schema === undefined)) {
    const isWhole = objectType === "database" || objectType === "schema";
    if (!isWhole || objects.length === 0) return { inputs };
    return { inputs, failures: [{ property: "objects", reason: `a ${objectType} has none` }] };
  }
  const reason = schema === undefined ? `is required for a ${objectType}` : "has no meaning for a database";
  return { inputs, failures: [{ property: "schema", reason }] };
}

function idOf({ role, database, schema, objectType, objects }: Grant): string {
  return [role, database, ...(schema === undefined ? [] : [schema]), objectType, ...objects].join("_");
}

function outputsOf(grant: Grant, privileges: readonly string[]): PropertyMap {
  const { role, database, schema = null, objectType, objects, withGrantOption } = grant;
  return {
    ...{ id: idOf(grant), role, database, schema, objectType, withGrantOption, columns: null },
    objects: objects.length > 0 ? objects : null,
    privileges: setOrder(privileges),
  };
}
