interface Dimension {
  readonly Name?: string | undefined;
  readonly Value?: string | undefined;
}

/** As programs write them. */
export function dimensionsOf(list: readonly Dimension[] | undefined): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ Name = "", Value = "" }) => [Name, Value]));
}

/** As CloudWatch takes them. */
export function dimensionList(
  dimensions: Readonly<Record<string, string>> | undefined,
): { Name: string; Value: string }[] | undefined {
  return dimensions && Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}
