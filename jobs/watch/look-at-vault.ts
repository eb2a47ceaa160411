import { formatByteSize } from "../../plan/byte-size.ts";
import { vaultBytes } from "../measure/vault-bytes.ts";
import type { WatchAlert } from "./watch-alert.ts";
import type { WatchContext } from "./watch-context.ts";
import type { WatchState } from "./watch-state.ts";

const HOUR_MILLISECONDS = 3_600_000;
const hourOf = (at: Date) => Math.floor(at.getTime() / HOUR_MILLISECONDS);

/**
 * How much the vault holds. Listing all versions of a large vault costs, so the first pass of each hour lists and
 * publishes; the others judge by what it found.
 */
export async function lookAtVault(
  { plan, vault, clock, publish, signal }: WatchContext,
  known: WatchState["vault"],
): Promise<{ readonly alerts: WatchAlert[]; readonly vault: NonNullable<WatchState["vault"]> }> {
  const now = clock();
  const measured = known && hourOf(known.at) === hourOf(now) ? known : await measure();
  return { alerts: judge(plan, measured.bytes), vault: measured };

  async function measure(): Promise<NonNullable<WatchState["vault"]>> {
    const names = plan.projects.map(({ name }) => name);
    const { bytes } = await vaultBytes(vault, names, signal);
    publish({ environment: plan.environment }, { VaultBytes: bytes });
    return { at: now, bytes };
  }
}

function judge({ vault, alerts }: WatchContext["plan"], bytes: number): WatchAlert[] {
  const budget = vault.budget.storageBytes;
  const { storagePercent } = alerts.thresholds;
  // As the alarm rounds it, so that both say the same.
  if (budget === undefined || bytes <= Math.floor((budget * storagePercent) / 100)) return [];
  const share = `${((100 * bytes) / budget).toFixed(1)} % of ${formatByteSize(budget)}`;
  return [
    {
      id: "Vault/storage",
      severity: "warning",
      says: `The vault holds ${formatByteSize(bytes)}, ${share}; ${storagePercent} % is allowed`,
    },
  ];
}
