import pg from "pg";
import type { PropertyMap } from "../../engine/protocol/property-value.ts";
import type { PluginResource } from "../plugin-provider.ts";
import { checkProperties, diffProperties, inputsAsRead, type PropertyRules } from "../property-rules.ts";
import type { ServerSession } from "./server-session.ts";

const RULES: PropertyRules = {
  name: { kind: "text", required: true, replaces: true, identifies: true },
  database: { kind: "text", computed: true, replaces: true, identifies: true },
  schema: { kind: "text", computed: true },
  version: { kind: "text", computed: true },
  createCascade: { kind: "flag" },
  dropCascade: { kind: "flag" },
};

const { escapeIdentifier } = pg;

/** An extension of a database. One that is there already is taken as it is. */
export function extensionResource(server: () => ServerSession): PluginResource {
  return {
    check: ({ news }) => checkProperties(RULES, news),
    diff: (call) => diffProperties(RULES, call),
    create: async ({ inputs }) => {
      const database = String(inputs.database ?? server().database);
      const name = escapeIdentifier(String(inputs.name));
      const { schema, version, createCascade } = inputs;
      const statement = [
        `CREATE EXTENSION IF NOT EXISTS ${name}`,
        ...(schema ? [`SCHEMA ${escapeIdentifier(String(schema))}`] : []),
        ...(version ? [`VERSION ${escapeIdentifier(String(version))}`] : []),
        ...(createCascade === true ? ["CASCADE"] : []),
      ].join(" ");
      const outputs = await server().transact(async (client) => {
        await client.query(statement);
        return mustRead(client, { ...inputs, database });
      }, database);
      return { id: String(outputs.id), outputs };
    },
    update: async ({ news, outputs }) => {
      const { schema, version } = news;
      const alter = `ALTER EXTENSION ${escapeIdentifier(String(outputs.name))}`;
      const after = await server().transact(async (client) => {
        if (schema && schema !== outputs.schema)
          await client.query(`${alter} SET SCHEMA ${escapeIdentifier(String(schema))}`);
        if (version && version !== outputs.version)
          await client.query(`${alter} UPDATE TO ${escapeIdentifier(String(version))}`);
        return mustRead(client, { ...news, database: outputs.database ?? "" });
      }, String(outputs.database));
      return { outputs: after };
    },
    read: async ({ id, inputs, outputs }) => {
      const found = await server().runIfThere(String(outputs.database), (client) => read(client, outputs));
      return found && { id, outputs: found, inputs: inputsAsRead(inputs, found, RULES) };
    },
    delete: async ({ outputs }) => {
      const mode = outputs.dropCascade === true ? "CASCADE" : "RESTRICT";
      const statement = `DROP EXTENSION IF EXISTS ${escapeIdentifier(String(outputs.name))} ${mode}`;
      await server().runIfThere(String(outputs.database), (client) => client.query(statement));
    },
  };
}

async function read(client: pg.Client, known: PropertyMap): Promise<PropertyMap | undefined> {
  const { name = "", database = "", createCascade = false, dropCascade = false } = known;
  const { rows } = await client.query<PropertyMap>(
    `SELECT n.nspname AS schema, e.extversion AS version
       FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
      WHERE e.extname = $1`,
    [name],
  );
  const [row] = rows;
  return row && { ...row, id: `${database}.${name}`, name, database, createCascade, dropCascade };
}

async function mustRead(client: pg.Client, known: PropertyMap): Promise<PropertyMap> {
  const found = await read(client, known);
  if (!found) throw new Error(`the extension ${known.name} is gone again`);
  return found;
}
