import assert from "node:assert/strict";
import { join } from "node:path";
import { EC2 } from "@aws-sdk/client-ec2";
import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import type { EngineEvent, PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { AwsStack } from "../sandbox/plugins/aws/support/aws-stack.ts";
import { ACCOUNT, REGION } from "../support/record-stack.ts";
import { getAws } from "../support/servers.ts";
import { declaredBy, programOf, shipped } from "./declare-shipped.ts";
import { judgeAll } from "./judge-all.ts";

const PACK = join(import.meta.dirname, "../../policies");
type Plan = ReturnType<typeof shipped>;

describe("the policy pack over whole stacks", function () {
  this.timeout(60_000);
  const stacks: AwsStack[] = [];
  after(() => {
    for (const { project } of stacks) project.remove();
  });

  /** A fresh stack in account and region of the shipped plans. */
  async function open(plan?: object): Promise<AwsStack> {
    // The stand-in for AWS takes the account from the key.
    const opened = await AwsStack.open({ settings: { region: REGION, accessKey: ACCOUNT } });
    stacks.push(opened);
    if (plan) await opened.stack.setConfig("holdfast:plan", { value: JSON.stringify(plan) });
    return opened;
  }

  /** What the pack forbids, by rule and resource; and how the run ended. */
  async function run(verb: "preview" | "up", { stack }: AwsStack, program: PulumiFn) {
    const forbidden: string[] = [];
    const onEvent = ({ policyEvent }: EngineEvent) => {
      if (policyEvent?.enforcementLevel === "mandatory")
        forbidden.push(`${policyEvent.policyName} ${policyEvent.resourceUrn?.split("::").at(-1)}`);
    };
    stack.workspace.program = program;
    let failure = "";
    let created: number | undefined;
    try {
      const options = { policyPacks: [PACK], onEvent };
      if (verb === "up") await stack.up(options);
      else created = (await stack.preview(options)).changeSummary.create;
    } catch (error) {
      failure = (error as Error).message;
    }
    return { forbidden: forbidden.toSorted(), failure, created };
  }

  it("a preview of the shipped plan of prod violates nothing", async () => {
    const stack = await open(shipped("prod"));
    const preview = await run("preview", stack, programOf("preview"));
    // All that is declared, and the stack itself.
    assert.deepEqual(preview, { forbidden: [], failure: "", created: 194 });
  });

  // In a preview, rules pass over values that are not known yet: here all of them are.
  for (const [name, change] of [
    ["prod", () => ({})],
    ["staging", () => ({})],
    ["prod, with a cap on backups at once,", ({ job }) => ({ job: { ...job, concurrency: 5 } })],
    ["prod, without locks,", ({ vault }) => ({ vault: { ...vault, lock: { mode: "none" } } })],
  ] as const satisfies [string, (plan: Plan) => object][])
    it(`nothing that the shipped plan of ${name} declares violates a rule`, async () => {
      const plan = shipped(name.startsWith("prod") ? "prod" : name);
      assert.deepEqual(await judgeAll(await declaredBy({ ...plan, ...change(plan) }, name)), []);
    });

  it("an update that breaks a rule is refused with the rule's name, and nothing is made", async () => {
    const stack = await open();
    const cidrBlocks = ["0.0.0.0/0"];
    const tags = { "holdfast:environment": "test", "holdfast:component": "Test" };
    const group = (open: boolean) => async () => {
      const ingress = open ? [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks }] : [];
      new ec2.SecurityGroup("group", { name: "policies-test-group", description: "Test", ingress, tags });
    };
    const refused = await run("up", stack, group(true));
    assert.deepEqual(refused.forbidden, ["nothing-listens group"]);
    assert.match(
      refused.failure,
      /nothing-listens: No security group lets the world in\.\s+remove the inbound rule/,
    );
    const { endpoint, secretAccessKey } = await getAws();
    const api = new EC2({ endpoint, region: REGION, credentials: { accessKeyId: ACCOUNT, secretAccessKey } });
    const groups = async () => {
      const { SecurityGroups = [] } = await api.describeSecurityGroups({});
      return SecurityGroups.filter(({ GroupName }) => GroupName === "policies-test-group").length;
    };
    try {
      assert.equal(await groups(), 0);
      assert.equal((await run("up", stack, group(false))).failure, "");
      assert.equal(await groups(), 1);
      await stack.destroy();
    } finally {
      api.destroy();
    }
  });

  it("a preview names every rule that a program breaks", async () => {
    const { forbidden } = await run("preview", await open(), async () => {
      const bucket = new s3.Bucket("vault", { bucket: "policies-test-vault", objectLockEnabled: true });
      new s3.BucketVersioning("versions", {
        bucket: bucket.bucket,
        versioningConfiguration: { status: "Suspended" },
      });
    });
    assert.deepEqual(forbidden, [
      "bucket-outlives-the-stack vault",
      "everything-is-tagged vault",
      "vault-is-versioned versions",
    ]);
  });

  it("a preview names what a stack lacks as a whole", async () => {
    const { forbidden, failure } = await run("preview", await open(), async () => {
      const tags = { "holdfast:environment": "test", "holdfast:component": "Test" };
      new s3.Bucket(
        "vault",
        { bucket: "policies-test-vault", objectLockEnabled: true, tags },
        { protect: true, retainOnDelete: true },
      );
    });
    assert.deepEqual(forbidden, ["vault-is-complete vault"]);
    assert.match(
      failure,
      /the bucket "vault" lacks versioning, a block of public access, default encryption/,
    );
  });
});
