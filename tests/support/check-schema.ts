/** The part of JSON Schema, as OpenAPI 3.0 has it, that descriptions of HTTP APIs use. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** OpenAPI 3.0: whether `minimum` itself is too small. */
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface Place {
  /** Stands before every problem, e.g. `GET /v1/projects 200`. */
  readonly where: string;
  /** What `#/components/schemas/…` refers to. */
  readonly schemas?: Readonly<Record<string, Schema>>;
}

const FORMATS: Readonly<Record<string, RegExp>> = {
  "date-time": /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)$/i,
  uuid: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i,
};

/** What is wrong with a value, a line for each problem: where, what was expected and what was found. */
export function checkSchema(schema: Schema, value: unknown, place: Place): string[] {
  const { where } = place;
  if (schema.$ref !== undefined) return checkSchema(resolve(schema.$ref, place), value, place);
  if (value === null && schema.nullable) return [];
  const problems = (schema.allOf ?? []).flatMap((part) => checkSchema(part, value, place));
  // Of `oneOf` more than one may match in the documents that are checked with this, so it is read as `anyOf`.
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices && !choices.some((choice) => checkSchema(choice, value, place).length === 0)) {
    problems.push(`${where}: ${show(value)} fits none of ${choices.length} choices`);
  }
  if (schema.enum && !schema.enum.includes(value)) {
    problems.push(`${where}: ${show(value)} is none of ${schema.enum.join(", ")}`);
  }
  if (schema.type === undefined) return problems;
  if (!isOf(schema.type, value))
    return [...problems, `${where}: expected ${schema.type}, found ${show(value)}`];
  if (typeof value === "string") problems.push(...checkText(schema, value, where));
  if (typeof value === "number") problems.push(...checkNumber(schema, value, where));
  if (Array.isArray(value)) problems.push(...checkItems(schema, value, place));
  else if (isOf("object", value)) problems.push(...checkFields(schema, value as object, place));
  return problems;
}

function resolve(reference: string, { where, schemas }: Place): Schema {
  const found = schemas?.[reference.slice("#/components/schemas/".length)];
  if (!found) throw new Error(`${where}: ${reference} is not in the document`);
  return found;
}

function isOf(type: Schema["type"], value: unknown): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

/** Lengths count characters, not UTF-16 units. */
function checkText(schema: Schema, text: string, where: string): string[] {
  const length = [...text].length;
  const format = FORMATS[schema.format ?? ""];
  return [
    ...(length < (schema.minLength ?? 0)
      ? [`${where}: ${length} characters are fewer than ${schema.minLength}`]
      : []),
    ...(length > (schema.maxLength ?? Infinity)
      ? [`${where}: ${length} characters are more than ${schema.maxLength}`]
      : []),
    ...(schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(text)
      ? [`${where}: ${show(text)} does not match ${schema.pattern}`]
      : []),
    ...(format && !format.test(text) ? [`${where}: ${show(text)} is no ${schema.format}`] : []),
  ];
}

function checkNumber(schema: Schema, value: number, where: string): string[] {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  const small = schema.exclusiveMinimum ? value <= minimum : value < minimum;
  const large = schema.exclusiveMaximum ? value >= maximum : value > maximum;
  return [
    ...(small ? [`${where}: ${value} is below ${minimum}`] : []),
    ...(large ? [`${where}: ${value} is above ${maximum}`] : []),
  ];
}

function checkItems(schema: Schema, values: readonly unknown[], place: Place): string[] {
  const { minItems = 0, maxItems = Infinity, items = {} } = schema;
  const wrong = values.length < minItems || values.length > maxItems;
  return [
    ...(wrong ? [`${place.where}: ${values.length} items are not ${minItems} to ${maxItems}`] : []),
    ...values.flatMap((value, index) =>
      checkSchema(items, value, { ...place, where: `${place.where}[${index}]` }),
    ),
  ];
}

function checkFields(schema: Schema, value: object, place: Place): string[] {
  const fields = new Map<string, unknown>(Object.entries(value));
  const missing = (schema.required ?? []).filter((name) => !fields.has(name));
  return [
    ...missing.map((name) => `${place.where}.${name}: missing`),
    ...[...fields].flatMap(([name, field]) => {
      const where = `${place.where}.${name}`;
      const described = Object.hasOwn(schema.properties ?? {}, name)
        ? schema.properties?.[name]
        : schema.additionalProperties;
      if (described === false) return [`${where}: not described`];
      return typeof described === "object" ? checkSchema(described, field, { ...place, where }) : [];
    }),
  ];
}

/** The kind of a value and no more: answers hold keys and passwords. */
function show(value: unknown): string {
  if (typeof value === "string") return value.length <= 40 ? `"${value}"` : `a text of ${value.length}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
