import { existsSync, readFileSync } from "node:fs";
import { checkSchema, type Schema } from "./check-schema.ts";

/**
 * The vendor's own description of the endpoints that we use, where it lies beside the project. Tests that need it are
 * passed over where it does not.
 */
const FILE = new URL("../../../shared/reference/supabase-openapi-subset.json", import.meta.url);

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

let loaded: Document | undefined;

export const hasOpenApiSubset: boolean = existsSync(FILE);

function subset(): Document {
  loaded ??= JSON.parse(readFileSync(FILE, "utf8")) as Document;
  return loaded;
}

function operation(method: string, pathTemplate: string): Operation {
  const found = subset().paths[pathTemplate]?.[method.toLowerCase()];
  if (!found) throw new Error(`${method} ${pathTemplate} is not in the OpenAPI subset`);
  return found;
}

const check = (schema: Schema, value: unknown, where: string): string[] =>
  checkSchema(schema, value, { where, schemas: subset().components.schemas });

/**
 * What is wrong with an answer by the vendor's description; nothing where that is absent. The answer to a refusal
 * need not be described: it holds a message.
 * @param body parsed JSON; `undefined` when there was none
 */
export function checkAnswer(method: string, pathTemplate: string, status: number, body: unknown): string[] {
  if (!hasOpenApiSubset) return [];
  const where = `${method} ${pathTemplate} ${status}`;
  const described = operation(method, pathTemplate).responses[String(status)];
  if (status >= 400) {
    const refusal: Schema = {
      type: "object",
      properties: { message: { type: "string", minLength: 1 } },
      required: ["message"],
    };
    return check(described?.content?.["application/json"]?.schema ?? refusal, body, where);
  }
  if (!described) return [`${where}: this status is not described`];
  const schema = described.content?.["application/json"]?.schema;
  return schema ? check(schema, body, where) : [];
}

export interface SentRequest {
  /** Parsed JSON; `undefined` when none was sent. A form is not looked into. */
  readonly body?: unknown;
  /** Values of the path's parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: URLSearchParams;
}

/** What is wrong with a request by the vendor's description; nothing where that is absent. */
export function checkRequest(
  method: string,
  pathTemplate: string,
  { body, parameters = {}, query = new URLSearchParams() }: SentRequest,
): string[] {
  if (!hasOpenApiSubset) return [];
  const where = `${method} ${pathTemplate}`;
  const { parameters: described = [], requestBody } = operation(method, pathTemplate);
  const inQuery = described.filter((parameter) => parameter.in === "query");
  const unknown = [...new Set(query.keys())].filter((name) => !inQuery.some((known) => known.name === name));
  return [
    ...unknown.map((name) => `${where}: query parameter ${name} is not described`),
    ...described.flatMap(({ name, in: place, required = false, schema = {} }) => {
      if (place !== "path" && place !== "query") return [];
      const value = place === "path" ? parameters[name] : fromQuery(query, name, schema);
      if (value === undefined) return required ? [`${where}: ${place} parameter ${name} is missing`] : [];
      return check(schema, value, `${where} ${name}`);
    }),
    ...checkBody(requestBody, body, where),
  ];
}

function checkBody(described: Operation["requestBody"], body: unknown, where: string): string[] {
  if (!described) return body === undefined ? [] : [`${where}: no body is described`];
  const schema = described.content?.["application/json"]?.schema;
  if (!schema) return [];
  return body === undefined && !described.required ? [] : check(schema, body, `${where} body`);
}

/** A query holds text alone; the schema says what it stands for. */
function fromQuery(query: URLSearchParams, name: string, schema: Schema): unknown {
  const texts = query.getAll(name);
  if (texts.length === 0) return undefined;
  if (schema.type === "array") return texts;
  const [text = ""] = texts;
  if (schema.type === "integer" || schema.type === "number") return Number(text);
  if (schema.type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  return text;
}
