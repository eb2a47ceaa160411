import { setTimeout as sleep } from "node:timers/promises";
import { withClient } from "../seed/with-client.ts";
import type { ProjectCluster } from "./project-cluster.ts";

const LIMIT_SECONDS = 60;
const LOOK_MILLISECONDS = 200;

/**
 * Waits until the cluster can be recovered to a second, and sees to it where nobody writes: only a commit after that
 * second, in an archived segment, tells a recovery where to stop.
 * @throws when the archive does not get that far within a minute
 */
export async function coverSecond(
  cluster: ProjectCluster,
  second: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + LIMIT_SECONDS * 1000;
  while (performance.now() < deadline) {
    const window = await cluster.recoverableWindow();
    if (window && window.latest.getTime() >= second * 1000) return;
    await withClient(cluster.adminUrl(), async (client) => {
      await client.query("SELECT pg_current_xact_id()");
      await client.query("SELECT pg_switch_wal()");
    });
    await sleep(LOOK_MILLISECONDS, undefined, { signal });
  }
  throw new Error(`the archive did not reach second ${second} within ${LIMIT_SECONDS} s`);
}
