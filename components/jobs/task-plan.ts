import { HoldfastError } from "../../plan/holdfast-error.ts";

/** What ECS takes as a whole definition is 64 KiB; the command and the rest need some of it. */
const LARGEST_BYTES = 48 * 1024;

type Written = Readonly<Record<string, unknown>>;

/**
 * The plan that a task of one project gets, as JSON: a changed plan needs `pulumi up`, and no new image. The other
 * projects are left out, and the escrow key, whose file no task has, is written into it: it is public.
 * @param written the plan as it stands in the stack's configuration; checked already
 * @param readFile gives the text of a file that the plan names
 * @throws HoldfastError PLAN_TOO_LARGE_FOR_TASK (exit 2)
 */
export function taskPlan(written: unknown, project: string, readFile: (path: string) => string): string {
  const plan = written as Written & { readonly vault: Written; readonly projects: readonly Written[] };
  const keys = plan.vault.keys as Written | undefined;
  const escrow = keys?.escrowPublicKey as { readonly file?: string } | undefined;
  const text = JSON.stringify({
    ...plan,
    vault: {
      ...plan.vault,
      ...(escrow?.file === undefined ? {} : { keys: { ...keys, escrowPublicKey: readFile(escrow.file) } }),
    },
    projects: plan.projects.filter(({ name }) => name === project),
  });
  // It stands as a text within the definition's JSON: each of its quotes counts twice there.
  const bytes = Buffer.byteLength(JSON.stringify(text));
  if (bytes <= LARGEST_BYTES) return text;
  throw new HoldfastError({
    code: "PLAN_TOO_LARGE_FOR_TASK",
    message: `The plan of ${project} takes ${bytes} bytes of its task's definition, which has room for ${LARGEST_BYTES}.`,
    hint: "Shorten its smoke checks, e.g. by moving SQL into views of the database.",
    exitCode: 2,
  });
}
