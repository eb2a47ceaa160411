import assert from "node:assert/strict";
import { ComputeAddon } from "../../../../components/supabase/compute-addon.ts";
import { NetworkRestrictions } from "../../../../components/supabase/network-restrictions.ts";
import { PitrAddon } from "../../../../components/supabase/pitr-addon.ts";
import { SslEnforcement } from "../../../../components/supabase/ssl-enforcement.ts";
import { applyNetworkRestrictions } from "../../../../supabase/calls/apply-network-restrictions.ts";
import { getNetworkRestrictions } from "../../../../supabase/calls/get-network-restrictions.ts";
import { getSslEnforcement } from "../../../../supabase/calls/get-ssl-enforcement.ts";
import { listAddons } from "../../../../supabase/calls/list-addons.ts";
import { removeAddon } from "../../../../supabase/calls/remove-addon.ts";
import { setAddon } from "../../../../supabase/calls/set-addon.ts";
import { setSslEnforcement } from "../../../../supabase/calls/set-ssl-enforcement.ts";
import type { ManagementApi } from "../../../../supabase/management-api.ts";

/** The settings of a project, each as one word. */
export interface Settings {
  readonly compute: "micro" | "small" | "medium";
  readonly pitr: "off" | "7" | "14" | "28";
  readonly ssl: "off" | "on";
  readonly network: string;
}

export type Kind = keyof Settings;
export const KINDS = ["compute", "pitr", "ssl", "network"] as const satisfies readonly Kind[];

const EVERYWHERE = "0.0.0.0/0";

/** What a new project has, and what there is again without the resources. */
export const BARE: Settings = { compute: "micro", pitr: "off", ssl: "off", network: EVERYWHERE };

/** What may be declared. */
export const DECLARABLE: { readonly [K in Kind]: readonly Settings[K][] } = {
  compute: ["micro", "small", "medium"],
  pitr: ["7", "14", "28"],
  ssl: ["on", "off"],
  network: ["203.0.113.0/24", "198.51.100.0/24", EVERYWHERE],
};

/** Whether Supabase takes the two together. */
export const isAllowed = ({ compute, pitr }: Settings) => pitr === "off" || compute !== "micro";

/** A program that declares one setting. */
export function program(ref: string, kind: Kind, value: string): () => unknown {
  switch (kind) {
    case "compute":
      return () => new ComputeAddon("one", { ref, size: value as Settings["compute"] });
    case "pitr":
      return () => new PitrAddon("one", { ref, windowDays: Number(value) as 7 });
    case "ssl":
      return () => new SslEnforcement("one", { ref, enforced: value === "on" });
    case "network":
      return () => new NetworkRestrictions("one", { ref, ...ranges(value) });
  }
}

/** What the outputs of the resource tell, in the model's words. */
export function told(kind: Kind, outputs: Readonly<Record<string, unknown>>): string {
  switch (kind) {
    case "compute":
      assert.ok(Number(outputs.priceUsdPerMonth) > 0, "the price is told");
      return String(outputs.size);
    case "pitr":
      assert.ok(Number(outputs.priceUsdPerMonth) > 0, "the price is told");
      return String(outputs.windowDays);
    case "ssl":
      return outputs.enforced === true ? "on" : "off";
    case "network":
      return String(outputs.allowedCidrs);
  }
}

/** What the project really has. */
export async function look(api: ManagementApi, ref: string): Promise<Settings> {
  const [addons, ssl, network] = await Promise.all([
    listAddons(api, ref),
    getSslEnforcement(api, ref),
    getNetworkRestrictions(api, ref),
  ]);
  const compute = (addons.compute ?? "").replace("ci_", "");
  const pitr = String(addons.pitr?.windowDays ?? "off");
  return {
    // Compared with the model, which has no others.
    compute: compute as Settings["compute"],
    pitr: pitr as Settings["pitr"],
    ssl: ssl.databaseEnforced ? "on" : "off",
    network: network.allowedCidrs.join(),
  };
}

/** Changes one setting behind the resources' back, as the dashboard would. */
export async function drift(api: ManagementApi, ref: string, kind: Kind, value: string): Promise<void> {
  if (kind === "ssl") await setSslEnforcement(api, ref, { databaseEnforced: value === "on" });
  if (kind === "network") await applyNetworkRestrictions(api, ref, ranges(value));
  // Longer than an add-on's pause.
  const patient = { deadlineSeconds: 900 };
  if (kind === "compute")
    await setAddon(
      api,
      ref,
      { type: "compute_instance", variant: `ci_${value as Settings["compute"]}` },
      patient,
    );
  if (kind !== "pitr") return;
  const { pitr } = await listAddons(api, ref);
  if (value !== "off")
    await setAddon(api, ref, { type: "pitr", variant: `pitr_${Number(value) as 7}` }, patient);
  else if (pitr) await removeAddon(api, ref, pitr.variant, patient);
}

function ranges(value: string): { allowedCidrs: string[]; allowedCidrsV6: string[] } {
  return { allowedCidrs: [value], allowedCidrsV6: value === EVERYWHERE ? ["::/0"] : [] };
}
