import assert from "node:assert/strict";
import { JobNetwork } from "../../../components/jobs/job-network.ts";
import type { ProtectionPlan } from "../../../plan/protection-plan.ts";
import { everythingIsTagged } from "../../../policies/rules/everything-is-tagged.ts";
import { nothingListens } from "../../../policies/rules/nothing-listens.ts";
import { judge } from "../../policies/judge.ts";
import { REGION } from "../../support/record-stack.ts";
import { Declared, smallPlan } from "../support/protection.ts";

type Network = Partial<ProtectionPlan["network"]>;

const PUBLIC = {
  "aws:ec2/internetGateway:InternetGateway": 1,
  "aws:ec2/route:Route": 1,
  "aws:ec2/routeTable:RouteTable": 1,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": 2,
  "aws:ec2/securityGroup:SecurityGroup": 1,
  "aws:ec2/subnet:Subnet": 2,
  "aws:ec2/vpc:Vpc": 1,
  "aws:ec2/vpcEndpoint:VpcEndpoint": 1,
  "holdfast:jobs:JobNetwork": 1,
};
const WITH_NAT = {
  ...PUBLIC,
  "aws:ec2/eip:Eip": 1,
  "aws:ec2/natGateway:NatGateway": 1,
  "aws:ec2/route:Route": 2,
  "aws:ec2/routeTable:RouteTable": 2,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": 4,
  "aws:ec2/subnet:Subnet": 4,
};
const GIVEN: Network = { vpcId: "vpc-0a1b2c3d", subnetIds: ["subnet-0a1b2c3d", "subnet-0a1b2c3e"] };

interface Seen {
  readonly declared: Declared;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  readonly assignPublicIp: boolean;
  readonly egressAddress: string | undefined;
}

/** What a plan's network declares, and what tasks are told of it. */
async function declare(network: Network = {}): Promise<Seen> {
  const plan = smallPlan();
  const told: { at?: JobNetwork } = {};
  const declared = await Declared.of(plan, ({ environment, network: byDefault }, facts) => {
    told.at = new JobNetwork("net", { environment, network: { ...byDefault, ...network }, facts });
  });
  assert.ok(told.at);
  const { subnetIds, securityGroupId, assignPublicIp, egressAddress } = told.at;
  return {
    ...{ declared, assignPublicIp },
    subnetIds: await Promise.all(subnetIds.map(settled)),
    securityGroupId: await settled(securityGroupId),
    egressAddress: egressAddress && (await settled(egressAddress)),
  };
}

const settled = <Value>(output: { apply(then: (value: Value) => void): unknown }): Promise<Value> =>
  new Promise((resolve) => output.apply(resolve));

/** Where the tables lead, by the name of the route. */
const routes = (declared: Declared) =>
  declared.of("aws:ec2/route:Route").map(({ name, inputs }) => ({ name, ...inputs }));

describe("JobNetwork", () => {
  describe("without anything said", () => {
    let seen: Seen;
    before(async () => {
      seen = await declare();
    });

    it("is a VPC of two zones without a gateway that costs", () => {
      assert.deepEqual(seen.declared.counts(), PUBLIC);
      const { cidrBlock, enableDnsHostnames, enableDnsSupport } = seen.declared.get("net-vpc").inputs;
      assert.deepEqual([cidrBlock, enableDnsHostnames, enableDnsSupport], ["10.72.0.0/24", true, true]);
      assert.deepEqual(
        seen.declared
          .of("aws:ec2/subnet:Subnet")
          .map(({ inputs }) => [inputs.cidrBlock, inputs.availabilityZone, inputs.mapPublicIpOnLaunch]),
        [
          ["10.72.0.0/27", `${REGION}a`, false],
          ["10.72.0.32/27", `${REGION}b`, false],
        ],
      );
    });

    it("gives each task an address of its own, by the internet gateway", () => {
      assert.equal(seen.assignPublicIp, true);
      assert.equal(seen.egressAddress, undefined);
      assert.deepEqual(seen.subnetIds, ["net-public-1-id", "net-public-2-id"]);
      assert.deepEqual(routes(seen.declared), [
        {
          name: "net-public-route",
          routeTableId: "net-public-routes-id",
          destinationCidrBlock: "0.0.0.0/0",
          gatewayId: "net-gateway-id",
        },
      ]);
    });

    it("keeps the way to S3 within AWS", () => {
      const { serviceName, vpcEndpointType, routeTableIds, vpcId } = seen.declared.get("net-s3").inputs;
      assert.deepEqual(
        [serviceName, vpcEndpointType, routeTableIds, vpcId],
        [`com.amazonaws.${REGION}.s3`, "Gateway", ["net-public-routes-id"], "net-vpc-id"],
      );
    });
  });

  describe("with egress nat", () => {
    let seen: Seen;
    before(async () => {
      seen = await declare({ egress: "nat" });
    });

    it("has private subnets besides, whose way out is one gateway in a public one", () => {
      assert.deepEqual(seen.declared.counts(), WITH_NAT);
      assert.deepEqual(seen.subnetIds, ["net-private-1-id", "net-private-2-id"]);
      assert.equal(seen.assignPublicIp, false);
      const { inputs, dependsOn } = seen.declared.get("net-nat");
      assert.equal(inputs.subnetId, "net-public-1-id");
      assert.ok(dependsOn.includes("net-gateway"));
      assert.deepEqual(
        routes(seen.declared).map(({ name, ...route }) => [name, Object.keys(route).sort()]),
        [
          ["net-private-route", ["destinationCidrBlock", "natGatewayId", "routeTableId"]],
          ["net-public-route", ["destinationCidrBlock", "gatewayId", "routeTableId"]],
        ],
      );
    });

    it("sends neither kind of subnet around the gateway to S3", () => {
      const { routeTableIds } = seen.declared.get("net-s3").inputs;
      assert.deepEqual(routeTableIds, ["net-public-routes-id", "net-private-routes-id"]);
      const table = (name: string) => seen.declared.get(name).inputs.routeTableId;
      for (const at of [1, 2]) {
        assert.equal(table(`net-private-${at}-routes`), "net-private-routes-id");
        assert.equal(table(`net-public-${at}-routes`), "net-public-routes-id");
      }
    });

    it("has ranges that do not meet", () => {
      const ranges = seen.declared.of("aws:ec2/subnet:Subnet").map(({ inputs }) => String(inputs.cidrBlock));
      assert.deepEqual(ranges, ["10.72.0.128/26", "10.72.0.192/26", "10.72.0.0/27", "10.72.0.32/27"]);
    });
  });

  for (const egress of ["public-ip", "nat"] as const)
    it(`in a VPC that exists is a security group alone (${egress})`, async () => {
      const { declared, ...seen } = await declare({ ...GIVEN, egress });
      assert.deepEqual(declared.counts(), {
        "aws:ec2/securityGroup:SecurityGroup": 1,
        "holdfast:jobs:JobNetwork": 1,
      });
      assert.equal(declared.get("net-group").inputs.vpcId, "vpc-0a1b2c3d");
      assert.deepEqual(seen, {
        subnetIds: GIVEN.subnetIds,
        securityGroupId: "net-group-id",
        assignPublicIp: egress === "public-ip",
        egressAddress: undefined,
      });
    });

  for (const network of [{}, { egress: "nat" }, GIVEN] as const)
    it(`lets nothing in, and is tagged: ${JSON.stringify(network)}`, async () => {
      const { declared } = await declare(network);
      const { inputs } = declared.get("net-group");
      assert.deepEqual(inputs.ingress, []);
      assert.deepEqual(inputs.egress, [
        { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] },
      ]);
      assert.equal(inputs.name, "holdfast-test-jobs");
      for (const { type, name, inputs: props, parent, custom } of declared.all) {
        if (!custom) continue;
        assert.equal(parent, "net", name);
        assert.deepEqual(await judge(nothingListens, { type, props }), [], name);
        assert.deepEqual(await judge(everythingIsTagged, { type, props }), [], name);
        // Neither can carry tags.
        if (/:Route$|RouteTableAssociation$/.test(type)) continue;
        const { Name, ...tags }: Record<string, string> = Object(props.tags);
        assert.deepEqual(tags, { "holdfast:environment": "test", "holdfast:component": "JobNetwork" }, name);
        assert.match(Name ?? "", /^holdfast-test-/);
      }
    });
});
