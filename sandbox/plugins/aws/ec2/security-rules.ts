import type { IpPermission } from "@aws-sdk/client-ec2";
import { z } from "zod";
import type { Canonical } from "../canonical.ts";

const texts = z.array(z.string()).optional();

/** A rule of a security group, as a program writes it: one protocol and range of ports, many sources. */
export const Rule = z.strictObject({
  protocol: z.string(),
  fromPort: z.number().int(),
  toPort: z.number().int(),
  cidrBlocks: texts,
  ipv6CidrBlocks: texts,
  prefixListIds: texts,
  securityGroups: texts,
  self: z.boolean().optional(),
  description: z.string().optional(),
});
export type Rule = z.infer<typeof Rule>;

type Source = "cidrBlocks" | "ipv6CidrBlocks" | "prefixListIds" | "securityGroups" | "self";

/** The least that can be allowed, or taken away, by itself. */
export interface RuleAtom {
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly source: Source;
  readonly value: string;
  readonly description: string;
}

const NUMBERED: Readonly<Record<string, string>> = { all: "-1", "6": "tcp", "17": "udp", "1": "icmp" };

export function atomsOf(rules: readonly Rule[] = []): RuleAtom[] {
  const atoms = rules.flatMap((rule) => {
    const lower = rule.protocol.toLowerCase();
    const protocol = NUMBERED[lower] ?? lower;
    // Ports have no meaning for all protocols at once.
    const ports =
      protocol === "-1" ? { fromPort: 0, toPort: 0 } : { fromPort: rule.fromPort, toPort: rule.toPort };
    const common = { protocol, ...ports };
    const atom = (source: Source) => (value: string) => {
      return { ...common, source, value, description: rule.description ?? "" };
    };
    return [
      ...(rule.cidrBlocks ?? []).map(atom("cidrBlocks")),
      ...(rule.ipv6CidrBlocks ?? []).map(atom("ipv6CidrBlocks")),
      ...(rule.prefixListIds ?? []).map(atom("prefixListIds")),
      ...(rule.securityGroups ?? []).map(atom("securityGroups")),
      ...(rule.self ? ["self"].map(atom("self")) : []),
    ];
  });
  const keyed = new Map(atoms.map((atom) => [JSON.stringify(atom), atom]));
  return [...keyed].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, atom]) => atom);
}

/** Rules are the same when they allow the same, however they are put together. */
export const byAtoms: Canonical = (value) => {
  const rules = z.array(Rule).safeParse(value);
  return rules.success ? atomsOf(rules.data).map((atom) => ({ ...atom })) : value;
};

/**
 * The rules of AWS's permissions: one for each description of a permission.
 * @param groupId what `self` stands for
 */
export function rulesOf(permissions: readonly IpPermission[] = [], groupId: string): Rule[] {
  return permissions.flatMap((permission) => {
    const { IpProtocol = "-1", FromPort = 0, ToPort = 0 } = permission;
    const sources = [
      ...(permission.IpRanges ?? []).map((one) => ["cidrBlocks", one.CidrIp, one.Description] as const),
      ...(permission.Ipv6Ranges ?? []).map(
        (one) => ["ipv6CidrBlocks", one.CidrIpv6, one.Description] as const,
      ),
      ...(permission.PrefixListIds ?? []).map(
        (one) => ["prefixListIds", one.PrefixListId, one.Description] as const,
      ),
      ...(permission.UserIdGroupPairs ?? []).map(
        (one) => ["securityGroups", one.GroupId, one.Description] as const,
      ),
    ];
    const rules = new Map<string, Rule>();
    for (const [source, value = "", description = ""] of sources) {
      const rule = rules.get(description) ?? {
        protocol: IpProtocol,
        fromPort: Math.max(FromPort, 0),
        toPort: Math.max(ToPort, 0),
        ...(description ? { description } : {}),
      };
      if (value === groupId) rule.self = true;
      else rule[source] = [...(rule[source] ?? []), value];
      rules.set(description, rule);
    }
    return [...rules.values()];
  });
}

/** @param groupId what `self` stands for */
export function permissionOf(atom: RuleAtom, groupId: string): IpPermission {
  const { protocol, fromPort, toPort, source, value, description } = atom;
  const Description = description === "" ? undefined : description;
  const ports = protocol === "-1" ? {} : { FromPort: fromPort, ToPort: toPort };
  const base = { IpProtocol: protocol, ...ports };
  switch (source) {
    case "cidrBlocks":
      return { ...base, IpRanges: [{ CidrIp: value, Description }] };
    case "ipv6CidrBlocks":
      return { ...base, Ipv6Ranges: [{ CidrIpv6: value, Description }] };
    case "prefixListIds":
      return { ...base, PrefixListIds: [{ PrefixListId: value, Description }] };
    case "securityGroups":
      return { ...base, UserIdGroupPairs: [{ GroupId: value, Description }] };
    case "self":
      return { ...base, UserIdGroupPairs: [{ GroupId: groupId, Description }] };
  }
}
