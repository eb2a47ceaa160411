import assert from "node:assert/strict";
import { EC2 } from "@aws-sdk/client-ec2";
import * as ec2 from "@pulumi/aws/ec2/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { getAws } from "../../../support/servers.ts";
import { AwsStack } from "./support/aws-stack.ts";

interface Network {
  readonly cidrBlock?: string;
  readonly zone?: string;
  readonly tags?: Record<string, string>;
  readonly port?: number;
  readonly everywhere?: string;
  readonly hostnames?: boolean;
  readonly endpointPolicy?: string;
}

/** Every type of resource of a network that is supported. */
function network(given: Network = {}): () => Promise<Record<string, pulumi.Output<unknown>>> {
  return async () => {
    const { cidrBlock = "10.7.0.0/16", tags = { a: "1" }, port = 443, everywhere = "0.0.0.0/0" } = given;
    const vpc = new ec2.Vpc("vpc", { cidrBlock, enableDnsHostnames: given.hostnames ?? true, tags });
    const vpcId = vpc.id;
    const block = cidrBlock.replace("0.0/16", "1.0/24");
    const subnet = new ec2.Subnet("subnet", {
      vpcId,
      cidrBlock: block,
      mapPublicIpOnLaunch: port !== 443,
      tags,
    });
    const gateway = new ec2.InternetGateway("gateway", { vpcId, tags });
    const routes = [{ cidrBlock: everywhere, gatewayId: gateway.id }];
    const table = new ec2.RouteTable("table", { vpcId, routes, tags });
    new ec2.RouteTableAssociation("association", { subnetId: subnet.id, routeTableId: table.id });
    const address = new ec2.Eip("address", { domain: "vpc", tags });
    const nat = new ec2.NatGateway("nat", { subnetId: subnet.id, allocationId: address.id, tags });
    const inner = new ec2.RouteTable("inner", { vpcId, tags });
    new ec2.Route("out", { routeTableId: inner.id, destinationCidrBlock: everywhere, natGatewayId: nat.id });
    const group = new ec2.SecurityGroup("group", {
      ...{ vpcId, name: "tasks", description: "Tasks", tags },
      ingress: [{ protocol: "tcp", fromPort: 5432, toPort: 5432, self: true }],
      egress: [
        { protocol: "tcp", fromPort: port, toPort: port, cidrBlocks: ["0.0.0.0/0", "10.0.0.0/8"] },
        { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: [cidrBlock], description: "within" },
      ],
    });
    const endpoint = new ec2.VpcEndpoint("endpoint", {
      ...{ vpcId, serviceName: "com.amazonaws.eu-west-2.s3", routeTableIds: [inner.id, table.id], tags },
      ...(given.endpointPolicy ? { policy: given.endpointPolicy } : {}),
    });
    return {
      vpc: vpcId,
      group: group.id,
      gateway: gateway.id,
      table: table.id,
      endpoint: endpoint.id,
      subnet: subnet.id,
      inner: inner.id,
    };
  };
}

describe("the types of EC2", function () {
  this.timeout(120_000);
  let stack: AwsStack;
  before(async () => {
    stack = await AwsStack.open();
  });
  after(() => stack.project.remove());

  it("are made, left alone, changed, seen to have drifted, mended, replaced and removed", async () => {
    const { endpoint, region } = await getAws();
    const api = new EC2({ endpoint, region });
    assert.deepEqual(await stack.up(network()), { create: 12 });
    assert.deepEqual(await stack.up(network()), { same: 12 });
    assert.deepEqual(await stack.refresh(), { same: 12 });
    const other: Network = { tags: { b: "2" }, port: 444, hostnames: false };
    // The route and the association take no tags.
    assert.deepEqual(await stack.up(network(other)), { same: 3, update: 9 });
    assert.deepEqual(await stack.up(network(other)), { same: 12 });
    const ids = (await stack.outputs()) as Record<string, string>;
    await drift(api, ids);
    const drifted = { same: 5, update: 7 };
    assert.deepEqual(await stack.refresh(), drifted);
    assert.deepEqual(await stack.up(network(other)), drifted);
    assert.deepEqual(await stack.refresh(), { same: 12 });
    // All that lies in the network lies in another one then; the address stays, and the gateway moves.
    assert.deepEqual(await stack.up(network({ ...other, cidrBlock: "10.8.0.0/16" })), {
      replace: 9,
      same: 2,
      update: 1,
    });
    const { Vpcs = [] } = await api.describeVpcs({ Filters: [{ Name: "cidr", Values: ["10.7.0.0/16"] }] });
    assert.deepEqual(Vpcs, []);
    await stack.destroy();
    const { Vpcs: left = [] } = await api.describeVpcs({});
    assert.deepEqual(
      left.filter(({ CidrBlock }) => CidrBlock === "10.8.0.0/16"),
      [],
    );
  });
});

/** Changes one thing of each resource by hand. */
async function drift(api: EC2, ids: Record<string, string>): Promise<void> {
  const { vpc = "", group = "", gateway = "", table = "", endpoint = "", subnet = "", inner = "" } = ids;
  await api.modifyVpcAttribute({ VpcId: vpc, EnableDnsHostnames: { Value: true } });
  await api.modifySubnetAttribute({ SubnetId: subnet, MapPublicIpOnLaunch: { Value: false } });
  const everything = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
  await api.authorizeSecurityGroupIngress({ GroupId: group, IpPermissions: [everything] });
  await api.deleteTags({ Resources: [gateway], Tags: [{ Key: "b" }] });
  await api.deleteRoute({ RouteTableId: table, DestinationCidrBlock: "0.0.0.0/0" });
  const toGateway = { DestinationCidrBlock: "0.0.0.0/0", GatewayId: gateway };
  await api.replaceRoute({ RouteTableId: inner, ...toGateway });
  await api.modifyVpcEndpoint({ VpcEndpointId: endpoint, RemoveRouteTableIds: [table] });
}
