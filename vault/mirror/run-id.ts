import { randomBytes } from "node:crypto";

const PATTERN = /^\d{8}_\d{6}_[0-9a-f]{6}$/;

/** `YYYYMMDD_HHMMSS_<6 hex>`: runs that start in the same second, on whatever machine, have different ids. */
export function createRunId(at: Date): string {
  const [date = "", time = ""] = at.toISOString().split("T");
  const digits = (text: string) => text.replaceAll(/\D/g, "");
  return `${digits(date)}_${digits(time).slice(0, 6)}_${randomBytes(3).toString("hex")}`;
}

/** True for what `createRunId` makes. */
export function isRunId(text: string): boolean {
  return PATTERN.test(text);
}
