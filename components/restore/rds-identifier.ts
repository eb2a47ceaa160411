import { createHash } from "node:crypto";

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html */
const LONGEST = 63;
const HASH_LENGTH = 8;

/** The name of a target's instance: the words with hyphens between, and part of their hash where that is too long. */
export function rdsIdentifier(...words: readonly string[]): string {
  const whole = words.join("-");
  if (whole.length <= LONGEST) return whole;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, HASH_LENGTH);
  // Two hyphens side by side are refused.
  const start = whole.slice(0, LONGEST - HASH_LENGTH - 1).replace(/-$/, "");
  return `${start}-${hash}`;
}
