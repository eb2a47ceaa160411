import type { EC2, Route } from "@aws-sdk/client-ec2";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asSet } from "../canonical.ts";
import { tagsOf } from "../tag-list.ts";
import { ec2Arn } from "./ec2-arn.ts";
import { changeTags, tagged } from "./ec2-tags.ts";

const InlineRoute = z.strictObject({
  cidrBlock: z.string(),
  gatewayId: z.string().optional(),
  natGatewayId: z.string().optional(),
});
type InlineRoute = z.infer<typeof InlineRoute>;

/** Routes are given here, or as resources of their own; where they are left out, those stay as they are. */
export const routeTable = awsResource({
  type: "aws:ec2/routeTable:RouteTable",
  inputs: { vpcId: z.string(), routes: z.array(InlineRoute).optional() },
  replaces: ["vpcId"],
  computed: ["routes"],
  canonical: { routes: asSet },
  tagged: true,
  absent: ["InvalidRouteTableID.NotFound", "InvalidRouteTableId.NotFound"],
  async create({ aws, inputs, tags, exists }) {
    const ec2 = await aws.client("ec2");
    const { RouteTable } = await ec2.createRouteTable({
      VpcId: inputs.vpcId,
      ...tagged("route-table", tags),
    });
    const id = RouteTable?.RouteTableId ?? "";
    exists(id);
    await changeRoutes(ec2, id, [], inputs.routes ?? []);
    return id;
  },
  async read({ aws, id }) {
    const found = await find(await aws.client("ec2"), id);
    return (
      found && {
        vpcId: found.VpcId,
        routes: inlineRoutes(found.Routes),
        ownerId: found.OwnerId,
        arn: await ec2Arn(aws, `route-table/${id}`, found.OwnerId),
        tagsAll: tagsOf(found.Tags),
      }
    );
  },
  async update({ aws, id, inputs, changed, ...tagging }) {
    const ec2 = await aws.client("ec2");
    if (changed("routes")) {
      const found = await find(ec2, id);
      await changeRoutes(ec2, id, inlineRoutes(found?.Routes), inputs.routes ?? []);
    }
    if (changed("tags")) await changeTags(ec2, id, tagging);
  },
  async delete({ aws, id }) {
    await (await aws.client("ec2")).deleteRouteTable({ RouteTableId: id });
  },
});

async function find(ec2: EC2, id: string) {
  const { RouteTables = [] } = await ec2.describeRouteTables({ RouteTableIds: [id] });
  return RouteTables[0];
}

/** Without the route within the VPC, and those that an endpoint puts in. */
function inlineRoutes(routes: readonly Route[] = []): InlineRoute[] {
  return routes.flatMap(({ DestinationCidrBlock, GatewayId, NatGatewayId }) => {
    const isOwn = GatewayId === "local" || GatewayId?.startsWith("vpce-");
    if (DestinationCidrBlock === undefined || isOwn) return [];
    const target = NatGatewayId ? { natGatewayId: NatGatewayId } : GatewayId ? { gatewayId: GatewayId } : {};
    return [{ cidrBlock: DestinationCidrBlock, ...target }];
  });
}

async function changeRoutes(
  ec2: EC2,
  RouteTableId: string,
  before: readonly InlineRoute[],
  after: readonly InlineRoute[],
): Promise<void> {
  const key = (route: InlineRoute): string =>
    JSON.stringify([route.cidrBlock, route.gatewayId, route.natGatewayId]);
  const [olds, news] = [new Set(before.map(key)), new Set(after.map(key))];
  for (const route of before)
    if (!news.has(key(route))) await ec2.deleteRoute({ RouteTableId, DestinationCidrBlock: route.cidrBlock });
  for (const route of after)
    if (!olds.has(key(route)))
      await ec2.createRoute({
        RouteTableId,
        DestinationCidrBlock: route.cidrBlock,
        GatewayId: route.gatewayId,
        NatGatewayId: route.natGatewayId,
      });
}
