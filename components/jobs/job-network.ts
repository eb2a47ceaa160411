import * as ec2 from "@pulumi/aws/ec2/index.js";
import { getAvailabilityZonesOutput } from "@pulumi/aws/getAvailabilityZones.js";
import * as pulumi from "@pulumi/pulumi";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import type { StackFacts } from "../stack-facts.ts";

export interface JobNetworkArgs {
  readonly environment: string;
  readonly network: ProtectionPlan["network"];
  readonly facts: StackFacts;
}

const VPC_RANGE = "10.72.0.0/24";
/** Two zones: a task is started in the other one when one is full or lost. */
const PUBLIC_RANGES = ["10.72.0.0/27", "10.72.0.32/27"];
const PRIVATE_RANGES = ["10.72.0.128/26", "10.72.0.192/26"];
/** Zones that have no Fargate. @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html */
const WITHOUT_FARGATE: readonly string[] = ["usw1-az2", "apne1-az3"];
const EVERYWHERE = "0.0.0.0/0";

/**
 * Where jobs run: subnets of a VPC that exists, or a small one of two zones. Jobs call databases, Supabase and AWS, and
 * are never called: nothing is let in. Traffic to the vault stays within AWS by a gateway endpoint, which is free.
 * By default each task has a public address for as long as it runs; with `egress: nat` tasks have private addresses
 * behind one gateway with a fixed address, which a database's network restrictions can name; about 35 US dollars a
 * month and 0.05 for each GB.
 * @see https://aws.amazon.com/vpc/pricing/
 */
export class JobNetwork extends pulumi.ComponentResource {
  readonly subnetIds: readonly pulumi.Output<string>[];
  readonly securityGroupId: pulumi.Output<string>;
  /** Whether a task needs a public address to reach anything. */
  readonly assignPublicIp: boolean;
  /** The address that jobs come from; absent where they have one of their own each time. */
  readonly egressAddress: pulumi.Output<string> | undefined;
  readonly #name: string;
  readonly #args: JobNetworkArgs;

  constructor(name: string, args: JobNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:jobs:JobNetwork", name, {}, opts);
    this.#name = name;
    this.#args = args;
    const { network } = args;
    this.assignPublicIp = network.egress === "public-ip";
    let vpcId: pulumi.Output<string>;
    if (network.vpcId === undefined) {
      const made = this.#makeVpc();
      ({ vpcId } = made);
      this.subnetIds = made.subnetIds;
      this.egressAddress = made.egressAddress;
    } else {
      vpcId = pulumi.output(network.vpcId);
      this.subnetIds = network.subnetIds.map((id) => pulumi.output(id));
    }
    this.securityGroupId = this.#securityGroup(vpcId);
    this.registerOutputs({ subnetIds: this.subnetIds, securityGroupId: this.securityGroupId });
  }

  #tags(role: string): Record<string, string> {
    const { environment, facts } = this.#args;
    return {
      ...facts.tags,
      "holdfast:component": "JobNetwork",
      Name: `holdfast-${environment}-${role}`,
    };
  }

  #makeVpc() {
    const inside = { parent: this };
    const vpc = new ec2.Vpc(
      `${this.#name}-vpc`,
      {
        cidrBlock: VPC_RANGE,
        enableDnsHostnames: true,
        enableDnsSupport: true,
        tags: this.#tags("jobs"),
      },
      inside,
    );
    const gateway = new ec2.InternetGateway(
      `${this.#name}-gateway`,
      { vpcId: vpc.id, tags: this.#tags("jobs") },
      inside,
    );
    const outward = this.#routes("public", vpc.id, { gatewayId: gateway.id });
    const publicIds = this.#subnets("public", PUBLIC_RANGES, vpc.id, outward);
    const tables = [outward];
    let subnetIds = publicIds;
    let egressAddress: pulumi.Output<string> | undefined;
    const [firstSubnet] = publicIds;
    if (!this.assignPublicIp && firstSubnet !== undefined) {
      const nat = this.#nat(firstSubnet, gateway);
      const inward = this.#routes("private", vpc.id, { natGatewayId: nat.id });
      subnetIds = this.#subnets("private", PRIVATE_RANGES, vpc.id, inward);
      tables.push(inward);
      egressAddress = nat.publicIp;
    }
    new ec2.VpcEndpoint(
      `${this.#name}-s3`,
      {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${this.#args.facts.region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: tables.map(({ id }) => id),
        tags: this.#tags("s3"),
      },
      inside,
    );
    return { vpcId: vpc.id, subnetIds, egressAddress };
  }

  #nat(subnetId: pulumi.Output<string>, gateway: ec2.InternetGateway): ec2.NatGateway {
    const address = new ec2.Eip(
      `${this.#name}-address`,
      { domain: "vpc", tags: this.#tags("jobs") },
      { parent: this },
    );
    return new ec2.NatGateway(
      `${this.#name}-nat`,
      { allocationId: address.allocationId, subnetId, tags: this.#tags("jobs") },
      { parent: this, dependsOn: [gateway] },
    );
  }

  #routes(
    role: string,
    vpcId: pulumi.Output<string>,
    to: Pick<ec2.RouteArgs, "gatewayId" | "natGatewayId">,
  ): ec2.RouteTable {
    const inside = { parent: this };
    const table = new ec2.RouteTable(
      `${this.#name}-${role}-routes`,
      { vpcId, tags: this.#tags(role) },
      inside,
    );
    new ec2.Route(
      `${this.#name}-${role}-route`,
      { routeTableId: table.id, destinationCidrBlock: EVERYWHERE, ...to },
      inside,
    );
    return table;
  }

  #subnets(
    role: string,
    ranges: readonly string[],
    vpcId: pulumi.Output<string>,
    table: ec2.RouteTable,
  ): pulumi.Output<string>[] {
    const inside = { parent: this };
    const zones = this.#zones();
    return ranges.map((cidrBlock, at) => {
      const availabilityZone = zones.apply((names) => names[at] ?? names[0] ?? "");
      const subnet = new ec2.Subnet(
        `${this.#name}-${role}-${at + 1}`,
        {
          vpcId,
          cidrBlock,
          availabilityZone,
          mapPublicIpOnLaunch: false,
          tags: this.#tags(`${role}-${at + 1}`),
        },
        inside,
      );
      new ec2.RouteTableAssociation(
        `${this.#name}-${role}-${at + 1}-routes`,
        { subnetId: subnet.id, routeTableId: table.id },
        inside,
      );
      return subnet.id;
    });
  }

  /** Names of zones that tasks run in: Local Zones, which an account may have opted in to, have longer names. */
  #zones(): pulumi.Output<string[]> {
    const found = getAvailabilityZonesOutput({ state: "available" }, { parent: this });
    const { length } = `${this.#args.facts.region}a`;
    return found.apply(({ names, zoneIds }) =>
      names.filter((name, at) => name.length === length && !WITHOUT_FARGATE.includes(zoneIds[at] ?? "")),
    );
  }

  #securityGroup(vpcId: pulumi.Output<string>): pulumi.Output<string> {
    const { environment } = this.#args;
    // Databases are at any port, and anywhere.
    const egress = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: [EVERYWHERE] };
    return new ec2.SecurityGroup(
      `${this.#name}-group`,
      {
        name: `holdfast-${environment}-jobs`,
        description: `Holdfast ${environment}: jobs call out and are never called`,
        vpcId,
        ingress: [],
        egress: [egress],
        tags: this.#tags("jobs"),
      },
      { parent: this },
    ).id;
  }
}
