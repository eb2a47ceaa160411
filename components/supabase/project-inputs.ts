import { z } from "zod";
import { field } from "../../plan/schema/field.ts";
import { refuse } from "../../plan/schema/refuse.ts";
import { COMPUTE_SIZES } from "../../plan/schema/supabase.ts";
import { text } from "../../plan/schema/texts.ts";
import { projectRef } from "./project-ref.ts";
import { resourceInputs } from "./resource-inputs.ts";

const SIZES = COMPUTE_SIZES.filter((size) => size !== "nano");

/** The inputs of a project; see `ProjectArgs`. */
export const ProjectInputs = resourceInputs({
  name: text({
    text: "the project's name",
    example: "coppercore",
    range: "1 to 256 characters on one line",
    form: /^[^\r\n]{1,256}$/,
  }),
  organization: text({
    text: "the organization's slug",
    example: "bannos",
    range: "letters, digits and hyphens",
    form: /^[A-Za-z0-9-]{1,64}$/,
  }),
  region: text({
    text: "the region",
    example: "eu-central-1",
    range: "a region such as eu-central-1",
    form: /^[a-z]{2}(?:-[a-z]+)+-\d$/,
  }),
  size: field(z.enum(SIZES), {
    text: "the compute size",
    range: SIZES.join(", "),
    example: "small",
  }).optional(),
  databasePassword: field(z.string().min(4), {
    text: "the password of the database's postgres",
    range: "4 characters or more",
    example: "{secure: …}",
  }).optional(),
  adoptRef: projectRef().optional(),
  deletionGuard: field(z.boolean(), {
    text: "whether deletion is refused",
    range: "true or false",
    example: "true",
  }).default(true),
}).superRefine((inputs, context) => {
  if (inputs.databasePassword !== undefined || inputs.adoptRef !== undefined) return;
  refuse(context, {
    path: ["databasePassword"],
    bound: "given for a project that is to be made",
    fix: "give databasePassword, or adoptRef for a project that exists",
  });
});
export type ProjectInputs = z.output<typeof ProjectInputs>;

export interface ProjectOutputs extends ProjectInputs {
  readonly ref: string;
  readonly databaseHost?: string;
}
