import { crc32 } from "node:zlib";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/ec2/route/ */
export const route = awsResource({
  type: "aws:ec2/route:Route",
  inputs: {
    routeTableId: z.string(),
    destinationCidrBlock: z.string(),
    gatewayId: z.string().optional(),
    natGatewayId: z.string().optional(),
  },
  replaces: ["routeTableId", "destinationCidrBlock"],
  unique: ["routeTableId", "destinationCidrBlock"],
  absent: ["InvalidRoute.NotFound", "InvalidRouteTableID.NotFound", "InvalidRouteTableId.NotFound"],
  async create({ aws, inputs }) {
    await (await aws.client("ec2")).createRoute(requestOf(inputs));
    return `r-${inputs.routeTableId}${crc32(inputs.destinationCidrBlock)}`;
  },
  async read({ aws, inputs, outputs }) {
    const ec2 = await aws.client("ec2");
    const routeTableId = inputs.routeTableId ?? String(outputs.routeTableId);
    const destination = inputs.destinationCidrBlock ?? outputs.destinationCidrBlock;
    const { RouteTables = [] } = await ec2.describeRouteTables({ RouteTableIds: [routeTableId] });
    const found = RouteTables[0]?.Routes?.find((one) => one.DestinationCidrBlock === destination);
    return (
      found && {
        routeTableId,
        destinationCidrBlock: destination,
        gatewayId: found.GatewayId,
        natGatewayId: found.NatGatewayId,
        origin: found.Origin,
        state: found.State,
      }
    );
  },
  async update({ aws, inputs }) {
    await (await aws.client("ec2")).replaceRoute(requestOf(inputs));
  },
  async delete({ aws, outputs }) {
    await (await aws.client("ec2")).deleteRoute({
      RouteTableId: String(outputs.routeTableId),
      DestinationCidrBlock: String(outputs.destinationCidrBlock),
    });
  },
});

function requestOf(inputs: {
  routeTableId: string;
  destinationCidrBlock: string;
  gatewayId?: string | undefined;
  natGatewayId?: string | undefined;
}) {
  return {
    RouteTableId: inputs.routeTableId,
    DestinationCidrBlock: inputs.destinationCidrBlock,
    GatewayId: inputs.gatewayId,
    NatGatewayId: inputs.natGatewayId,
  };
}
