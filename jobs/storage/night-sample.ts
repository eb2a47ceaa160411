import { hash } from "node:crypto";

const DAY_MILLISECONDS = 86_400_000;

/** Which part of a mirror is read back in one night. */
export interface NightSample {
  /** The night's number, in days since 1970 (UTC). */
  readonly night: number;
  /** Everything is read once in so many nights, 1 or more. */
  readonly nights: number;
}

/**
 * The sample of a moment's night: sized so that every object is read within a third of the time that replaced ones are
 * kept, which leaves two thirds of it to find the good copy of a damaged one.
 *
 * @param retainDays of the bucket, 1 or more
 */
export function nightSample(at: Date, retainDays: number): NightSample {
  return {
    night: Math.floor(at.getTime() / DAY_MILLISECONDS),
    nights: Math.max(1, Math.floor(retainDays / 3)),
  };
}

/** Whether an object is read in this night. The same for everyone who asks, whatever else there is in the bucket. */
export function isDue(name: string, { night, nights }: NightSample): boolean {
  return hash("sha256", name, "buffer").readUInt32BE(0) % nights === night % nights;
}
