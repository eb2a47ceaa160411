import { z } from "zod";

/** What a person is told about a field of the plan when its value is refused, and in the reference. */
export interface FieldHelp {
  /** What the field means, as a noun phrase. */
  readonly text: string;
  /** What values it may have: the bound that an error names. */
  readonly range: string;
  /** A value that is accepted, as it stands in YAML. */
  readonly example: string;
}

export const fieldHelp = z.registry<FieldHelp>();

/** Attaches its help to a field. Give each use its own schema: the help belongs to the instance. */
export function field<Schema extends z.ZodType>(schema: Schema, help: FieldHelp): Schema {
  fieldHelp.add(schema, help);
  return schema;
}
