type Present<Fields> = {
  [Name in keyof Fields as null extends Fields[Name]
    ? never
    : undefined extends Fields[Name]
      ? never
      : Name]: Fields[Name];
} & {
  [Name in keyof Fields as null extends Fields[Name]
    ? Name
    : undefined extends Fields[Name]
      ? Name
      : never]?: NonNullable<Fields[Name]>;
};

/** The fields without those that are null or undefined, so that "not told" has one form alone: absent. */
export function present<Fields extends object>(fields: Fields): Present<Fields> {
  const told: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null && value !== undefined) told[name] = value;
  }
  // The type says what the loop does, which the compiler cannot follow.
  return told as Present<Fields>;
}
