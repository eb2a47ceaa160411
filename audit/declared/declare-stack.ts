import * as pulumi from "@pulumi/pulumi";
import type { MockCallArgs } from "@pulumi/pulumi/runtime/mocks.js";
import { ProtectedEnvironment } from "../../components/protected-environment.ts";
import { HOLDFAST_VERSION } from "../../jobs/holdfast-version.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { mockedResource, type StackAccount } from "./mocked-resource.ts";

/** One resource of AWS as the stack declares it. */
export interface DeclaredResource {
  /** As Pulumi knows it, e.g. `aws:s3/bucket:Bucket`. */
  readonly type: string;
  /** Its logical name. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The SDK has one program at a time. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Everything that `pulumi up` would ask AWS for: the stack's own components are run against the SDK with answers made
 * from names in place of an engine, so that what is declared has one source. Nothing is read or made. Takes a second or
 * two, most of it for loading the provider's classes.
 */
export function declareStack(
  plan: ProtectionPlan,
  account: StackAccount,
): Promise<readonly DeclaredResource[]> {
  const declaring = last.then(() => declareAlone(plan, account));
  last = declaring.catch(() => undefined);
  return declaring;
}

async function declareAlone(
  plan: ProtectionPlan,
  account: StackAccount,
): Promise<readonly DeclaredResource[]> {
  const declared: DeclaredResource[] = [];
  const mocks: pulumi.runtime.Mocks = {
    call: (call) => answerCall(call, account),
    newResource(resource) {
      const { type, name, inputs } = resource;
      if (type.startsWith("aws:")) declared.push({ type, name, inputs });
      return mockedResource(resource, account);
    },
  };
  await pulumi.runtime.setMocks(mocks, "holdfast", plan.environment, false);
  pulumi.runtime.setAllConfig({ "aws:region": account.region }, []);
  // The plan that tasks get is no setting of AWS: names suffice for it.
  const written = { vault: {}, projects: plan.projects.map(({ name }) => ({ name })) };
  new ProtectedEnvironment(`holdfast-${plan.environment}`, { plan, written, version: HOLDFAST_VERSION });
  // Waits for every registration, those of later ticks too.
  await pulumi.runtime.disconnect();
  return declared;
}

function answerCall(
  { token }: MockCallArgs,
  { accountId, partition, region }: StackAccount,
): Record<string, unknown> {
  if (token.includes("getCallerIdentity")) return { accountId, id: accountId };
  if (token.includes("getPartition")) return { partition, id: partition };
  if (token.includes("getAvailabilityZones")) {
    // Where tasks run is not audited; two zones are what a network needs.
    return { names: [`${region}a`, `${region}b`], zoneIds: ["az1", "az2"] };
  }
  return {};
}
