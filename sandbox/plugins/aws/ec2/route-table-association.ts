import { z } from "zod";
import { awsResource } from "../aws-resource.ts";

/** Another table asks for another association: AWS gives it another id, and a resource keeps its own. */
export const routeTableAssociation = awsResource({
  type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  inputs: { subnetId: z.string(), routeTableId: z.string() },
  replaces: ["subnetId", "routeTableId"],
  unique: ["subnetId"],
  absent: ["InvalidAssociationID.NotFound", "InvalidRouteTableID.NotFound"],
  async create({ aws, inputs }) {
    const { subnetId: SubnetId, routeTableId: RouteTableId } = inputs;
    const ec2 = await aws.client("ec2");
    return (await ec2.associateRouteTable({ SubnetId, RouteTableId })).AssociationId ?? "";
  },
  async read({ aws, id }) {
    const ec2 = await aws.client("ec2");
    const { RouteTables = [] } = await ec2.describeRouteTables({
      Filters: [{ Name: "association.route-table-association-id", Values: [id] }],
    });
    const found = RouteTables.flatMap(({ Associations = [] }) => Associations).find(
      ({ RouteTableAssociationId }) => RouteTableAssociationId === id,
    );
    return found && { subnetId: found.SubnetId, routeTableId: found.RouteTableId };
  },
  async delete({ aws, id }) {
    await (await aws.client("ec2")).disassociateRouteTable({ AssociationId: id });
  },
});
