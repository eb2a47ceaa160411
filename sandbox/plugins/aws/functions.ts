import type { PropertyMap } from "../../engine/protocol/property-value.ts";
import type { AwsSession } from "./aws-session.ts";

type AwsFunction = (args: PropertyMap) => Promise<PropertyMap>;

/** The functions that programs may call, by token. */
export function awsFunctions(session: () => AwsSession): Readonly<Record<string, AwsFunction>> {
  return {
    "aws:index/getCallerIdentity:getCallerIdentity": async () => {
      const identity = await session().identity();
      return { id: identity.accountId, ...identity };
    },
    "aws:index/getPartition:getPartition": async () => {
      const { partition } = session();
      const dnsSuffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
      const reverseDnsPrefix = partition === "aws-cn" ? "cn.com.amazonaws" : "com.amazonaws";
      return { id: partition, partition, dnsSuffix, reverseDnsPrefix };
    },
    "aws:index/getAvailabilityZones:getAvailabilityZones": (args) => availabilityZones(session(), args),
  };
}

async function availabilityZones(session: AwsSession, args: PropertyMap): Promise<PropertyMap> {
  const { region = session.settings.region, state, ...unsupported } = args;
  const [property] = Object.keys(unsupported);
  if (property !== undefined) throw new Error(`getAvailabilityZones: ${property} is not supported here`);
  const ec2 = await session.client("ec2", String(region));
  const filters = typeof state === "string" ? { Filters: [{ Name: "state", Values: [state] }] } : {};
  const { AvailabilityZones = [] } = await ec2.describeAvailabilityZones(filters);
  const zones = AvailabilityZones.map(({ ZoneName = "", ZoneId = "", GroupName = "" }) => ({
    ZoneName,
    ZoneId,
    GroupName,
  })).sort((one, other) => (one.ZoneName < other.ZoneName ? -1 : 1));
  return {
    id: String(region),
    region: String(region),
    names: zones.map(({ ZoneName }) => ZoneName),
    zoneIds: zones.map(({ ZoneId }) => ZoneId),
    groupNames: [...new Set(zones.map(({ GroupName }) => GroupName))],
    ...(state === undefined ? {} : { state }),
  };
}
