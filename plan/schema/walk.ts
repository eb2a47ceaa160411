import type { z } from "zod";
import { type FieldHelp, fieldHelp } from "./field.ts";

/** The inside of a zod schema as far as it leads to its fields. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly out?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly discriminator?: string;
}

// zod types definitions one kind at a time; this reads the few keys above of whichever kind it meets.
const definition = (schema: z.core.$ZodType) => schema._zod.def as unknown as Definition;

/** Looks through defaults, optionality and transforms at what a person writes, collecting help on the way. */
function unwrap(schema: z.core.$ZodType): { schema: z.core.$ZodType; help: FieldHelp | undefined } {
  let current = schema;
  let help = fieldHelp.get(schema);
  for (;;) {
    const { innerType, in: input, out } = definition(current);
    const next = innerType ?? (input && definition(input).type === "transform" ? out : input);
    if (!next) return { schema: current, help };
    current = next;
    help ??= fieldHelp.get(current);
  }
}

function child(schema: z.core.$ZodType, key: PropertyKey, value: unknown): z.core.$ZodType | undefined {
  const { shape, element, valueType, options } = definition(schema);
  if (shape) return Object.hasOwn(shape, key) ? shape[String(key)] : undefined;
  if (options) {
    const inner = unwrap(chosenOption(schema, value)).schema;
    return definition(inner).options ? undefined : child(inner, key, value);
  }
  return element ?? valueType;
}

/** The branch of a union that the value means: by its discriminator, else the one that knows most of its keys. */
function chosenOption(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  const { options = [], discriminator } = definition(schema);
  const keys = value !== null && typeof value === "object" ? Object.keys(value) : [];
  const score = (option: z.core.$ZodType) => {
    const { shape = {} } = definition(unwrap(option).schema);
    const tag = discriminator ? shape[discriminator] : undefined;
    if (tag && discriminator && value !== null && typeof value === "object") {
      const values = (definition(tag) as Definition & { values?: readonly unknown[] }).values ?? [];
      if (values.includes(Reflect.get(value, discriminator))) return 1_000;
    }
    return keys.filter((key) => Object.hasOwn(shape, key)).length;
  };
  return options.reduce(
    (best, option) => (score(option) > score(best) ? option : best),
    options[0] ?? schema,
  );
}

export interface FoundField {
  readonly help: FieldHelp | undefined;
  /** Keys that may stand here, when the field is an object. */
  readonly keys: readonly string[];
}

/** The field at a path of the plan, as far as the schema knows the path. */
export function findField(root: z.core.$ZodType, path: readonly PropertyKey[], input: unknown): FoundField {
  let found = unwrap(root);
  let value = input;
  for (const key of path) {
    const next = child(found.schema, key, value);
    value = value !== null && typeof value === "object" ? Reflect.get(value, key) : undefined;
    if (!next) return { help: undefined, keys: [] };
    found = unwrap(next);
  }
  return { help: found.help, keys: keysOf(found.schema, value) };
}

function keysOf(schema: z.core.$ZodType, value: unknown): string[] {
  const { options, discriminator, shape } = definition(schema);
  if (!options) return Object.keys(shape ?? {});
  const branches = discriminator ? [chosenOption(schema, value)] : options;
  return [...new Set(branches.flatMap((option) => keysOf(unwrap(option).schema, value)))];
}

export interface ListedField {
  /** `*` stands for an entry of a list or a map. */
  readonly path: string;
  readonly schema: z.core.$ZodType;
  readonly help: FieldHelp | undefined;
}

/** Every field of the plan with its help: for the reference and for the test that each has one. */
export function listFields(root: z.core.$ZodType, path = ""): ListedField[] {
  const { schema, help } = unwrap(root);
  const { shape, element, valueType, options } = definition(schema);
  const below = (key: string, next: z.core.$ZodType) =>
    listFields(next, path === "" ? key : `${path}.${key}`);
  return [
    ...(path === "" ? [] : [{ path, schema: root, help }]),
    ...Object.entries(shape ?? {}).flatMap(([key, next]) => below(key, next)),
    ...(element ? below("*", element) : []),
    ...(valueType ? below("*", valueType) : []),
    ...(options ?? []).flatMap((option) => listFields(option, path).filter((field) => field.path !== path)),
  ];
}
