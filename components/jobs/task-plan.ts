import { gzipSync } from "node:zlib";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { FIELDS_OF_JOBS } from "./fields-of-jobs.ts";

/** What ECS takes as a whole definition is 64 KiB; the command and the rest need some of it. */
const LARGEST_BYTES = 48 * 1024;

type Written = Readonly<Record<string, unknown>>;

/**
 * The plan that a task gets, as JSON: a changed plan needs `pulumi up`, and no new image. Of a task of one project the
 * other projects are left out; one of all projects does without what each checks and runs in a recovery, and where that
 * is still too long, its plan is packed. The escrow key, whose file no task has, is written into it: it is public.
 * @param written the plan as it stands in the stack's configuration; checked already
 * @param project its name; undefined for a task of all projects
 * @param readFile gives the text of a file that the plan names
 * @throws HoldfastError PLAN_TOO_LARGE_FOR_TASK (exit 2)
 */
export function taskPlan(
  written: unknown,
  project: string | undefined,
  readFile: (path: string) => string,
): string {
  const plan = written as Written & { readonly vault: Written; readonly projects: readonly Written[] };
  const keys = plan.vault.keys as Written | undefined;
  const escrow = keys?.escrowPublicKey as { readonly file?: string } | undefined;
  const text = JSON.stringify({
    ...plan,
    vault: {
      ...plan.vault,
      ...(escrow?.file === undefined ? {} : { keys: { ...keys, escrowPublicKey: readFile(escrow.file) } }),
    },
    projects:
      project === undefined
        ? plan.projects.map((one) => without(one, FIELDS_OF_JOBS))
        : plan.projects.filter(({ name }) => name === project),
  });
  if (sizeOf(text) <= LARGEST_BYTES) return text;
  const packed = `gzip:${gzipSync(text).toString("base64")}`;
  if (project === undefined && sizeOf(packed) <= LARGEST_BYTES) return packed;
  throw tooLarge(project, sizeOf(project === undefined ? packed : text));
}

/** It stands as a text within the definition's JSON: each of its quotes counts twice there. */
const sizeOf = (text: string) => Buffer.byteLength(JSON.stringify(text));

function without(fields: Written, names: readonly string[]): Written {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function tooLarge(project: string | undefined, bytes: number): HoldfastError {
  const whose = project === undefined ? "all projects, packed," : project;
  return new HoldfastError({
    code: "PLAN_TOO_LARGE_FOR_TASK",
    message: `The plan of ${whose} takes ${bytes} bytes of its task's definition, which has room for ${LARGEST_BYTES}.`,
    hint:
      project === undefined
        ? "Divide the projects among two environments."
        : "Shorten its smoke checks, e.g. by moving SQL into views of the database.",
    exitCode: 2,
  });
}
