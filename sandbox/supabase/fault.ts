import { z } from "zod";

/** Which requests a fault meets; what is left out matches everything. */
const matchShape = z.strictObject({
  method: z.string().optional(),
  /** Of the endpoint as it is documented, e.g. `/v1/projects/{ref}/billing/addons`. */
  path: z.string().optional(),
  ref: z.string().optional(),
});

const common = {
  match: matchShape.optional(),
  /** After so many requests the fault is over. @default it stays until it is cleared */
  times: z.number().int().positive().optional(),
};
const seconds = z.number().nonnegative();

/** What can go wrong with a request. */
export const requestFaultShape = z.discriminatedUnion("kind", [
  /** 429 of the rate limit. */
  z.strictObject({ kind: z.literal("throttle"), retryAfterSeconds: seconds.optional(), ...common }),
  /** A page of the network in front of the API. */
  z.strictObject({ kind: z.literal("html"), status: z.number().int().optional(), ...common }),
  z.strictObject({ kind: z.literal("status"), status: z.number().int(), body: z.unknown(), ...common }),
  /** Never answered; after `seconds` the connection is reset, as by a proxy that waits no longer. @default it stays */
  z.strictObject({ kind: z.literal("hang"), seconds: seconds.optional(), ...common }),
  /** The connection is reset before anything is done. */
  z.strictObject({ kind: z.literal("reset"), ...common }),
  /** The success status without a body; nothing is done. */
  z.strictObject({ kind: z.literal("empty"), status: z.number().int().optional(), ...common }),
  /** Everything is done, then the connection is reset. */
  z.strictObject({ kind: z.literal("lost-answer"), ...common }),
  /** The answer after a JSON merge patch: members are replaced, `null` removes one. */
  z.strictObject({ kind: z.literal("wrong-schema"), patch: z.unknown(), ...common }),
  z.strictObject({ kind: z.literal("slow"), seconds, ...common }),
  /** 401 to whoever comes with the right token. */
  z.strictObject({ kind: z.literal("token-expired"), ...common }),
]);

const ref = z.string();
/** After so many recoveries the fault is over. @default it stays until it is cleared */
const times = common.times;

/** What can go wrong with a project. */
export const projectFaultShape = z.discriminatedUnion("kind", [
  /** A recovery is accepted and does not begin while the fault is there. */
  z.strictObject({ kind: z.literal("stuck-restoring"), ref }),
  /** A recovery is accepted and ends as `RESTORE_FAILED`; the data is as before. */
  z.strictObject({ kind: z.literal("restore-failed"), ref, times }),
  /** A recovery ends as `ACTIVE_HEALTHY`; the data is as before. */
  z.strictObject({ kind: z.literal("restored-wrong"), ref, times }),
  /** For `seconds` after each `ACTIVE_HEALTHY` the database takes no statement. */
  z.strictObject({ kind: z.literal("healthy-but-not-ready"), seconds, ref }),
  /** A recovery is refused as if its target were past the window. */
  z.strictObject({ kind: z.literal("target-refused"), ref, times }),
]);

export const faultShape = z.union([requestFaultShape, projectFaultShape]);

export type RequestFault = z.infer<typeof requestFaultShape>;
export type ProjectFault = z.infer<typeof projectFaultShape>;
export type Fault = z.infer<typeof faultShape>;
export type ProjectFaultKind = ProjectFault["kind"];

export const isProjectFault = (fault: Fault): fault is ProjectFault =>
  projectFaultShape.safeParse(fault).success;
