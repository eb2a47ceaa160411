/** The type of the resource that stands for the stack itself. */
export const STACK_TYPE = "pulumi:pulumi:Stack";
const PROVIDER_PREFIX = "pulumi:providers:";

/** What a URN is made of. */
export interface UrnParts {
  readonly stack: string;
  readonly project: string;
  /** With the types of its parents before it, `$` between; the stack's is left out. */
  readonly qualifiedType: string;
  readonly type: string;
  readonly name: string;
}

/** The unique name of a resource: `urn:pulumi:<stack>::<project>::<qualified type>::<name>`. */
export function makeUrn(
  target: { readonly stack: string; readonly project: string },
  parent: string | undefined,
  type: string,
  name: string,
): string {
  const parentType = parent ? parseUrn(parent).qualifiedType : STACK_TYPE;
  const qualified = parentType === STACK_TYPE ? type : `${parentType}$${type}`;
  return `urn:pulumi:${target.stack}::${target.project}::${qualified}::${name}`;
}

export function parseUrn(urn: string): UrnParts {
  const [head = "", project = "", qualifiedType = "", ...name] = urn.split("::");
  return {
    stack: head.split(":")[2] ?? "",
    project,
    qualifiedType,
    type: qualifiedType.split("$").at(-1) ?? "",
    name: name.join("::"),
  };
}

export function isProviderType(type: string): boolean {
  return type.startsWith(PROVIDER_PREFIX);
}

export function providerType(packageName: string): string {
  return `${PROVIDER_PREFIX}${packageName}`;
}

/** The package that a type belongs to: `aws:s3/bucket:Bucket` → `aws`, that of a provider is the one it provides. */
export function packageOf(type: string): string {
  return isProviderType(type) ? type.slice(PROVIDER_PREFIX.length) : (type.split(":")[0] ?? "");
}

/** Whether it is a provider that the engine made because the program named none. */
export function isDefaultProvider(urn: string): boolean {
  const { type, name } = parseUrn(urn);
  return isProviderType(type) && (name === "default" || name.startsWith("default_"));
}

/** The URN within a reference to a provider, `<urn>::<id>`. */
export function providerUrn(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}
