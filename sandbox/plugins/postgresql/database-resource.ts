import pg from "pg";
import type { PropertyMap } from "../../engine/protocol/property-value.ts";
import type { PluginResource } from "../plugin-provider.ts";
import { checkProperties, diffProperties, inputsAsRead, type PropertyRules } from "../property-rules.ts";
import type { ServerSession } from "./server-session.ts";

const RULES: PropertyRules = {
  name: { kind: "text", required: true, replaces: true, identifies: true },
  owner: { kind: "text", computed: true },
  template: { kind: "text", computed: true, replaces: true },
  encoding: { kind: "text", computed: true, replaces: true },
  lcCollate: { kind: "text", computed: true, replaces: true },
  lcCtype: { kind: "text", computed: true, replaces: true },
  tablespaceName: { kind: "text", computed: true },
  connectionLimit: { kind: "number", default: -1, minimum: -1 },
  allowConnections: { kind: "flag", default: true },
  isTemplate: { kind: "flag", computed: true },
  alterObjectOwnership: { kind: "flag" },
};

const { escapeIdentifier, escapeLiteral } = pg;

/** A database. Made from `template0` in UTF-8 unless the inputs say otherwise; its removal ends its connections. */
export function databaseResource(server: () => ServerSession): PluginResource {
  return {
    check: ({ news }) => checkProperties(RULES, news),
    diff: (call) => diffProperties(RULES, call),
    create: async ({ inputs }) => {
      await server().run((client) => client.query(createStatement(inputs)));
      await takeOver(server(), inputs, {});
      return { id: String(inputs.name), outputs: await mustRead(server(), inputs) };
    },
    update: async ({ news, outputs }) => {
      const statements = alterStatements(news, outputs);
      await server().run(async (client) => {
        for (const statement of statements) await client.query(statement);
      });
      await takeOver(server(), news, outputs);
      return { outputs: await mustRead(server(), { template: outputs.template ?? "", ...news }) };
    },
    read: async ({ id, inputs, outputs }) => {
      const found = await read(server(), { ...outputs, name: id });
      return found && { id, outputs: found, inputs: inputsAsRead(inputs, found, RULES) };
    },
    delete: ({ id, outputs }) =>
      server().run(async (client) => {
        const name = escapeIdentifier(id);
        const { rowCount } = await client.query("SELECT FROM pg_catalog.pg_database WHERE datname = $1", [
          id,
        ]);
        if (rowCount === 0) return;
        if (outputs.isTemplate === true) await client.query(`ALTER DATABASE ${name} IS_TEMPLATE false`);
        await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
      }),
  };
}

function createStatement(inputs: PropertyMap): string {
  const { owner, tablespaceName, lcCollate, lcCtype, connectionLimit, allowConnections, isTemplate } = inputs;
  const parts = [
    `CREATE DATABASE ${escapeIdentifier(String(inputs.name))}`,
    ...(owner ? [`OWNER ${escapeIdentifier(String(owner))}`] : []),
    `TEMPLATE ${escapeIdentifier(String(inputs.template ?? "template0"))}`,
    `ENCODING ${escapeLiteral(String(inputs.encoding ?? "UTF8"))}`,
    ...(lcCollate ? [`LC_COLLATE ${escapeLiteral(String(lcCollate))}`] : []),
    ...(lcCtype ? [`LC_CTYPE ${escapeLiteral(String(lcCtype))}`] : []),
    ...(tablespaceName ? [`TABLESPACE ${escapeIdentifier(String(tablespaceName))}`] : []),
    `ALLOW_CONNECTIONS ${allowConnections === true}`,
    `CONNECTION LIMIT ${Number(connectionLimit)}`,
    `IS_TEMPLATE ${isTemplate === true}`,
  ];
  return parts.join(" ");
}

function alterStatements(news: PropertyMap, outputs: PropertyMap): string[] {
  const { owner, tablespaceName, connectionLimit, allowConnections, isTemplate } = news;
  const clauses = [
    ...(owner && owner !== outputs.owner ? [`OWNER TO ${escapeIdentifier(String(owner))}`] : []),
    ...(tablespaceName && tablespaceName !== outputs.tablespaceName
      ? [`SET TABLESPACE ${escapeIdentifier(String(tablespaceName))}`]
      : []),
    `CONNECTION LIMIT ${Number(connectionLimit)}`,
    `ALLOW_CONNECTIONS ${allowConnections === true}`,
    ...(isTemplate === undefined ? [] : [`IS_TEMPLATE ${isTemplate === true}`]),
  ];
  return clauses.map((clause) => `ALTER DATABASE ${escapeIdentifier(String(outputs.name))} ${clause}`);
}

/** With `alterObjectOwnership`, what the old owner owned in the database goes to the new one. */
async function takeOver(session: ServerSession, news: PropertyMap, outputs: PropertyMap): Promise<void> {
  const { owner: before } = outputs;
  if (news.alterObjectOwnership !== true || !news.owner || !before || before === news.owner) return;
  const statement = `REASSIGN OWNED BY ${escapeIdentifier(String(before))} TO ${escapeIdentifier(String(news.owner))}`;
  await session.run((client) => client.query(statement), String(news.name));
}

const QUERY = `
  SELECT d.datname AS name, pg_catalog.pg_get_userbyid(d.datdba) AS owner,
    pg_catalog.pg_encoding_to_char(d.encoding) AS encoding, d.datcollate AS "lcCollate", d.datctype AS "lcCtype",
    t.spcname AS "tablespaceName", d.datconnlimit AS "connectionLimit", d.datallowconn AS "allowConnections",
    d.datistemplate AS "isTemplate"
  FROM pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace
  WHERE d.datname = $1`;

/** @param known what the server does not tell */
async function read(session: ServerSession, known: PropertyMap): Promise<PropertyMap | undefined> {
  const { rows } = await session.run((client) => client.query<PropertyMap>(QUERY, [known.name]));
  const [row] = rows;
  const { name = "", template = "template0", alterObjectOwnership = false } = known;
  return row && { ...row, id: name, template, alterObjectOwnership };
}

async function mustRead(session: ServerSession, known: PropertyMap): Promise<PropertyMap> {
  const found = await read(session, known);
  if (!found) throw new Error(`the database ${known.name} is gone again`);
  return found;
}
