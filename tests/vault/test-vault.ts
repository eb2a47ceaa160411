import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { type OpenVaultOptions, openVault } from "../../vault/open-vault.ts";
import type { LockMode, Vault } from "../../vault/vault.ts";
import type { VaultSettings } from "../../vault/vault-settings.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { createVaultPlan } from "../support/vaults.ts";

export interface TestVault {
  readonly vault: Vault;
  readonly settings: VaultSettings & { readonly endpoint: string };
  readonly escrowPrivateKeyPem: string;
}

const closers: (() => Promise<void> | void)[] = [];

/** Closes what the tests of a file opened; call it in `after`. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0)) await close();
}

/** Silences that a busy machine does not reach, and that end long before those of a real vault. */
const PATIENT = { connectSeconds: 5, idleSeconds: 3, attempts: 3 };
/** Silences that end at once, for what is to fail of them. */
export const QUICK = { connectSeconds: 1, idleSeconds: 0.5, attempts: 3 };

/** An open vault with a bucket and keys of its own. */
export async function openTestVault(
  options: { readonly lockMode?: LockMode; readonly keys?: Partial<VaultSettings["keys"]> } = {},
): Promise<TestVault> {
  const { vault: plan, escrowPrivateKeyFile } = await createVaultPlan(
    options.lockMode ? { lockMode: options.lockMode } : {},
  );
  const settings = { ...plan, keys: { ...plan.keys, ...options.keys } };
  return {
    vault: await reopen(settings),
    settings,
    escrowPrivateKeyPem: await readFile(escrowPrivateKeyFile, "utf8"),
  };
}

/** The same vault once more, with other settings or options. */
export async function reopen(
  settings: VaultSettings,
  options: Partial<OpenVaultOptions> = {},
): Promise<Vault> {
  const vault = await openVault(settings, { clock: () => new Date(), timeouts: PATIENT, ...options });
  closers.push(() => vault.close());
  return vault;
}

/** The vault seen through a proxy that can do harm. */
export async function openThroughProxy(
  settings: VaultSettings & { readonly endpoint: string },
  options: Partial<OpenVaultOptions> = {},
): Promise<{ readonly vault: Vault; readonly proxy: FaultProxy }> {
  const proxy = await startFaultProxy(settings.endpoint);
  closers.push(() => proxy.close());
  return { vault: await reopen({ ...settings, endpoint: proxy.endpoint }, options), proxy };
}

/** Expects a typed error and gives it back; its texts must help and must not hold a secret. */
export async function failsWith(code: string, work: () => unknown): Promise<HoldfastError> {
  let caught: unknown;
  try {
    await work();
  } catch (error) {
    caught = error;
  }
  assert.ok(caught instanceof HoldfastError, `expected ${code}, got ${String(caught)}`);
  assert.equal(caught.code, code, `${caught.message} / ${String(caught.cause)}`);
  assert.ok(caught.message.length > 10 && caught.hint.length > 10, "a message and a hint");
  assert.doesNotMatch(`${caught.message} ${caught.hint}`, /BEGIN [A-Z ]*PRIVATE KEY|AKIA|password=/i);
  return caught;
}

/** Bytes that differ at every place and are the same in every run. */
export function bytesOf(count: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(count);
  let state = seed >>> 0 || 1;
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}
