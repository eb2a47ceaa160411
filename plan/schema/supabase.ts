import { isIP } from "node:net";
import { z } from "zod";
import { field } from "./field.ts";
import { refuse } from "./refuse.ts";
import { secretReference } from "./secret-reference.ts";
import { text, uniqueList } from "./texts.ts";

/** Compute sizes, smallest first.
 * @see https://supabase.com/docs/guides/platform/compute-and-disk */
export const COMPUTE_SIZES = [
  "nano",
  "micro",
  "small",
  "medium",
  "large",
  "xlarge",
  "2xlarge",
  "4xlarge",
  "8xlarge",
  "12xlarge",
  "16xlarge",
  "24xlarge",
  "48xlarge",
] as const;
export type ComputeSize = (typeof COMPUTE_SIZES)[number];

/** Days a project's point-in-time recovery can reach back.
 * @see https://supabase.com/docs/guides/platform/manage-your-usage/point-in-time-recovery */
export const PITR_WINDOWS = [7, 14, 28] as const;
export type PitrWindowDays = (typeof PITR_WINDOWS)[number];

export const Pitr = z.strictObject({
  windowDays: field(z.literal(PITR_WINDOWS), {
    text: "days the point-in-time recovery of Supabase reaches back",
    range: "7, 14 or 28, the windows that Supabase sells",
    example: "7",
  }),
});

/** How the Management API of Supabase is reached. */
export const SupabaseAccess = z.strictObject({
  accessToken: secretReference({
    text: "a personal access token of Supabase; nobody asks for it before it is needed",
    example: "{env: SUPABASE_ACCESS_TOKEN}",
  }).prefault({ env: "SUPABASE_ACCESS_TOKEN" }),
  endpoint: text({
    text: "the address of the Management API",
    example: "https://api.supabase.com",
    range: "an https URL; http for this machine alone",
    form: /^(?:https:\/\/[^\s@/]+|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?)$/,
  }).default("https://api.supabase.com"),
});
export type SupabaseAccess = z.output<typeof SupabaseAccess>;

function isCidr(value: string, version: 4 | 6): boolean {
  const [address = "", bits, ...rest] = value.split("/");
  if (bits === undefined || rest.length > 0 || isIP(address) !== version) return false;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

const cidr = (version: 4 | 6, example: string) =>
  field(
    z.string().refine((value) => isCidr(value, version)),
    {
      text: "a range of addresses that may connect",
      range: `an IPv${version} range with its length, such as ${example}`,
      example,
    },
  );

/** Which addresses may connect to the database of a project.
 * @see https://supabase.com/docs/guides/platform/network-restrictions */
export const NetworkRestrictions = z
  .strictObject({
    allowedCidrs: uniqueList(cidr(4, "203.0.113.0/24"), {
      text: "IPv4 ranges that may connect",
      example: '["203.0.113.0/24"]',
      of: "IPv4 ranges",
    }).default([]),
    allowedCidrsV6: uniqueList(cidr(6, "2001:db8::/32"), {
      text: "IPv6 ranges that may connect",
      example: '["2001:db8::/32"]',
      of: "IPv6 ranges",
    }).default([]),
  })
  .superRefine(({ allowedCidrs, allowedCidrsV6 }, context) => {
    if (allowedCidrs.length + allowedCidrsV6.length > 0) return;
    refuse(context, {
      bound: "at least one range: with none nobody could connect, not even the backup",
      fix: "name the ranges that may connect, or remove networkRestrictions",
    });
  });
export type NetworkRestrictions = z.output<typeof NetworkRestrictions>;

/** When the platform's own daily backup starts; an Enterprise feature.
 * @see https://supabase.com/docs/guides/platform/backups */
export const backupSchedule = text({
  text: "when the platform's own daily backup starts, UTC",
  example: '"03:30"',
  range: "a time HH:MM, UTC",
  form: /^(?:[01]\d|2[0-3]):[0-5]\d$/,
});
