import { z } from "zod";
import { field } from "./field.ts";
import { secretReference } from "./secret-reference.ts";
import { COMPUTE_SIZES } from "./supabase.ts";
import { text } from "./texts.ts";

const targetKind = <Kind extends string>(kind: Kind) =>
  field(z.literal(kind), {
    text: "what is restored into: a database of a server, or a new Supabase project",
    range: "server or supabase",
    example: kind,
  });

const Server = z.strictObject({
  kind: targetKind("server"),
  connection: secretReference({
    text: "where the URL of a login is that may make databases on the server, and restores into them",
    example: "{env: DRILL_SERVER_URL}",
  }),
  template: text({
    text: "a database of that server that each drill's is copied from, e.g. one shaped as Supabase's platform",
    example: "supabase_template",
    range: "the name of a database: a letter, then up to 62 letters, digits and underscores",
    form: /^[A-Za-z_]\w{0,62}$/,
  }).default("template0"),
});

const Supabase = z.strictObject({
  kind: targetKind("supabase"),
  organization: text({
    text: "the organization that the drill's project is made in; that of the project when absent",
    example: "acme-drills",
    range: "the slug of an organization",
    form: /^[a-z0-9-]{1,64}$/,
  }).optional(),
  region: text({
    text: "where the drill's project is made; where the project itself is when absent",
    example: "eu-central-1",
    range: "a region of Supabase",
    form: /^[a-z]{2}-[a-z]+-\d$/,
  }).optional(),
  size: field(z.enum(COMPUTE_SIZES.filter((size) => size !== "nano")), {
    text: "the compute size of the drill's project; the organization's smallest when absent",
    range: "a compute size of Supabase",
    example: "small",
  }).optional(),
});

/**
 * What a drill restores into: a database of a server that exists, or a Supabase project that is made for it. Both are
 * gone when the drill ends.
 */
export type DrillTarget = z.output<typeof Server> | z.output<typeof Supabase>;

export const drillTargetField = (what: string) =>
  field(z.discriminatedUnion("kind", [Server, Supabase]), {
    text: what,
    range: "{kind: server, connection, template} or {kind: supabase, organization, region, size}",
    example: "{kind: server, connection: {env: DRILL_SERVER_URL}}",
  });
