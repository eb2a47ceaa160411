/** Where the SDK keeps the text of the provider, among the resource's properties. */
const PROVIDER = "__provider";

/** The properties that are ours, without those that are not set: the wire has no undefined, and null means absent. */
export function ownProperties(bag: object): Record<string, unknown> {
  const entries = Object.entries(bag).filter(
    ([name, value]) => name !== PROVIDER && value !== undefined && value !== null,
  );
  return Object.fromEntries(entries);
}
