import { setTimeout as sleep } from "node:timers/promises";

/** Points are named by the second: waits until the one after a moment has begun, if it has not. */
export async function nextSecond(after: Date): Promise<void> {
  const begins = Math.floor(after.getTime() / 1000) * 1000 + 1000;
  while (Date.now() < begins) await sleep(begins - Date.now());
}
