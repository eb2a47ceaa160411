import type { DiffResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import { providerMessages } from "../protocol/sdk.ts";
import type { DiffAnswer } from "./resource-plugin.ts";

/** The answer of a provider to "what differs?". */
export function diffAnswer(reply: DiffResponse): DiffAnswer {
  const { DIFF_NONE, DIFF_SOME } = providerMessages.DiffResponse.DiffChanges;
  const changes = reply.getChanges();
  const answer = {
    replaceKeys: reply.getReplacesList(),
    changedKeys: reply.getDiffsList(),
    deleteBeforeReplace: reply.getDeletebeforereplace(),
    changes: changes === DIFF_SOME ? "some" : changes === DIFF_NONE ? "none" : "unknown",
  } as const;
  if (!reply.getHasdetaileddiff()) return answer;
  const { ADD_REPLACE, DELETE_REPLACE, UPDATE_REPLACE } = providerMessages.PropertyDiff.Kind;
  const replacing: number[] = [ADD_REPLACE, DELETE_REPLACE, UPDATE_REPLACE];
  const detail = new Map<string, { replaces: boolean }>();
  for (const [path, kind] of reply.getDetaileddiffMap().entries())
    detail.set(path, { replaces: replacing.includes(kind.getKind()) });
  return { ...answer, detail };
}
