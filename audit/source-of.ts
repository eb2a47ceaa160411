import { ALL_SOURCES } from "./all-sources.ts";
import { SOURCE_KIND } from "./run-audit.ts";

const SOURCE_BY_KIND = new Map(
  ALL_SOURCES.flatMap(({ name, kinds }) => kinds.map(({ id }) => [id, name] as const)),
);

/** The source that tells a fact, by the fact's id; nothing for one that this version does not know. */
export function sourceOf(factId: string): string | undefined {
  const [kind = "", subject] = factId.split("/");
  return kind === SOURCE_KIND.id ? subject : SOURCE_BY_KIND.get(kind);
}
