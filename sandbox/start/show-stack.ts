import { resolve } from "node:path";
import { PutPublicAccessBlockCommand, S3Client } from "@aws-sdk/client-s3";
import type { OpMap } from "@pulumi/pulumi/automation/index.js";
import type { Sandbox } from "../sandbox.ts";

const POLICIES = resolve(import.meta.dirname, "../../policies");

/** What became of the plan as a stack: each time, how many resources went which way. */
export interface StackChapter {
  /** The real Pulumi, or the engine for this machine. */
  readonly engine: "pulumi" | "sandbox";
  readonly applied: OpMap;
  /** By resources of AWS, Supabase and so on, with the policies asked: nothing is to be changed. */
  readonly appliedAgain: OpMap;
  /** Somebody opens the vault by hand; a refresh finds it, the next update mends it, and nothing else. */
  readonly weakened: string;
  readonly refreshed: OpMap;
  readonly mended: OpMap;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Shows what the sandbox's stack is good for: applied once, it stays as declared, and finds what does not. */
export async function showStack(sandbox: Sandbox, signal: AbortSignal): Promise<StackChapter> {
  const { stack, engine } = await sandbox.openStack();
  const [first] = (await stack.history(50, 1)).toReversed();
  const again = await stack.up({ policyPacks: [POLICIES], signal });
  await openToThePublic(sandbox);
  const refreshed = await stack.refresh({ signal });
  const mended = await stack.up({ policyPacks: [POLICIES], signal });
  const shown = Object.entries(again.outputs).filter(([, { secret }]) => !secret);
  return {
    engine,
    applied: first?.resourceChanges ?? {},
    appliedAgain: again.summary.resourceChanges ?? {},
    weakened: "the block of public access of the vault is taken away",
    refreshed: refreshed.summary.resourceChanges ?? {},
    mended: mended.summary.resourceChanges ?? {},
    outputs: Object.fromEntries(shown.map(([name, { value }]) => [name, value])),
  };
}

async function openToThePublic({ aws, bucket }: Sandbox): Promise<void> {
  const { endpoint, region, ...credentials } = aws;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const open = { BlockPublicAcls: false, BlockPublicPolicy: false, IgnorePublicAcls: false };
  try {
    await s3.send(
      new PutPublicAccessBlockCommand({
        Bucket: bucket,
        PublicAccessBlockConfiguration: { ...open, RestrictPublicBuckets: false },
      }),
    );
  } finally {
    s3.destroy();
  }
}

/** Destroys what may be destroyed: what holds backups is protected, and stays. */
export async function destroyStack(
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<{ readonly destroyed: number; readonly kept: number }> {
  const { stack } = await sandbox.openStack();
  const { summary } = await stack.destroy({ excludeProtected: true, signal });
  const { resources = [] } = (await stack.exportStack()).deployment as {
    readonly resources?: readonly { readonly protect?: boolean }[];
  };
  return {
    destroyed: summary.resourceChanges?.delete ?? 0,
    kept: resources.filter(({ protect }) => protect).length,
  };
}
