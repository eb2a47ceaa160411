import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { PostgresTools } from "../../postgres/find-tools.ts";
import { preflightSource } from "../../postgres/preflight.ts";
import type { PreflightProblem } from "../../postgres/preflight-problem.ts";
import type { SourceView } from "./open-view.ts";

const SHOWN = 8;

/**
 * Asks before the first byte is read whether this role may read everything that the point must hold.
 *
 * @returns what does not stop this backup, but deserves a look
 * @throws HoldfastError SOURCE_NOT_READABLE with the statements that mend it
 */
export async function requireReadableSource(
  view: SourceView,
  options: { readonly tools: PostgresTools; readonly workers: number },
): Promise<readonly PreflightProblem[]> {
  const found = await preflightSource(view.snapshot.client, view.catalog, options);
  const problems = found.filter(({ blocking }) => blocking);
  if (problems.length === 0) return found;
  const shown = problems.slice(0, SHOWN);
  const more = problems.length > SHOWN ? ` And ${problems.length - SHOWN} more.` : "";
  throw new HoldfastError({
    code: "SOURCE_NOT_READABLE",
    message: `The source cannot be backed up whole: ${shown.map(({ what, why }) => `${what}: ${why}`).join("; ")}.${more}`,
    hint: [...new Set(shown.map(({ fix }) => fix))].join(" "),
  });
}
