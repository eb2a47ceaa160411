import { isIPv4, isIPv6 } from "node:net";
import { z } from "zod";
import { Refusal } from "../answer.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Platform } from "../platform.ts";
import type { ProjectRecord } from "../state/project-record.ts";

const cidr = (isAddress: (text: string) => boolean, bits: number) => (text: string) => {
  const [address = "", length = ""] = text.split("/");
  return isAddress(address) && /^\d{1,3}$/.test(length) && Number(length) <= bits;
};
const v4Shape = z.string().refine(cidr(isIPv4, 32), "Invalid CIDR");
const v6Shape = z.string().refine(cidr(isIPv6, 128), "Invalid CIDR");
const listsShape = z.object({
  dbAllowedCidrs: z.array(v4Shape).optional(),
  dbAllowedCidrsV6: z.array(v6Shape).optional(),
});

type Restrictions = ProjectRecord["restrictions"];
type Lists = Pick<Restrictions, "v4" | "v6">;

const listed = ({ v4, v6 }: Lists) => ({ dbAllowedCidrs: v4, dbAllowedCidrsV6: v6 });
const typed = ({ v4, v6 }: Lists) => ({
  dbAllowedCidrs: [
    ...v4.map((address) => ({ address, type: "v4" })),
    ...v6.map((address) => ({ address, type: "v6" })),
  ],
});

function shown<Config>(
  platform: Platform,
  project: ProjectRecord,
  form: (lists: Lists) => Config,
): Record<string, unknown> {
  const { restrictions } = project;
  const { old, updatedAt, appliedAt } = restrictions;
  return {
    entitlement: platform.organizationOf(project).plan === "free" ? "disallowed" : "allowed",
    config: form(restrictions),
    ...(old ? { old_config: form(old) } : {}),
    ...(updatedAt === undefined ? {} : { updated_at: updatedAt }),
    ...(appliedAt === undefined ? {} : { applied_at: appliedAt }),
    status: "applied",
  };
}

function apply(platform: Platform, ref: string, lists: Lists): ProjectRecord {
  const project = platform.project(ref);
  // UNVERIFIED: the answer where `entitlement` says `disallowed`.
  if (platform.organizationOf(project).plan === "free")
    throw new Refusal(402, "Network restrictions require a paid organization plan.");
  const { v4, v6 } = project.restrictions;
  const at = platform.clock().toISOString();
  return platform.update(ref, { restrictions: { ...lists, old: { v4, v6 }, updatedAt: at, appliedAt: at } });
}

const changed = (before: readonly string[], add: readonly string[] = [], remove: readonly string[] = []) =>
  [...new Set([...before, ...add])].filter((one) => !remove.includes(one));

/** Which addresses may connect to the database. */
export const networkRestrictionEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/network-restrictions",
    handle: (platform, { ref }) => ({ status: 200, body: shown(platform, platform.project(ref), listed) }),
  }),
  endpoint({
    method: "POST",
    path: "/v1/projects/{ref}/network-restrictions/apply",
    body: listsShape,
    // UNVERIFIED: that a list which is left out becomes empty, as the whole is replaced.
    handle: (platform, { ref, json: { dbAllowedCidrs: v4 = [], dbAllowedCidrsV6: v6 = [] } }) => ({
      status: 201,
      body: shown(platform, apply(platform, ref, { v4, v6 }), listed),
    }),
  }),
  endpoint({
    method: "PATCH",
    path: "/v1/projects/{ref}/network-restrictions",
    body: z.object({ add: listsShape.optional(), remove: listsShape.optional() }),
    handle: (platform, { ref, json: { add, remove } }) => {
      const { v4, v6 } = platform.project(ref).restrictions;
      const lists = {
        v4: changed(v4, add?.dbAllowedCidrs, remove?.dbAllowedCidrs),
        v6: changed(v6, add?.dbAllowedCidrsV6, remove?.dbAllowedCidrsV6),
      };
      return { status: 200, body: shown(platform, apply(platform, ref, lists), typed) };
    },
  }),
];
