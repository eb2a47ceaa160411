import { createHash, timingSafeEqual } from "node:crypto";
import { Refusal } from "./answer.ts";

const FORM = /^sbp_(oauth_|v0_)?[a-f0-9]{40}$/;
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/**
 * Checks the `Authorization` header. UNVERIFIED: the body for no token and for a well-formed one that is unknown.
 * @throws Refusal 401
 */
export function checkToken(header: string | undefined, token: string): void {
  const given = /^Bearer (.+)$/i.exec(header ?? "")?.[1];
  if (given === undefined) throw new Refusal(401, "Unauthorized");
  if (!FORM.test(given)) throw new Refusal(401, "JWT could not be decoded");
  if (!timingSafeEqual(digest(given), digest(token))) throw new Refusal(401, "Unauthorized");
}
