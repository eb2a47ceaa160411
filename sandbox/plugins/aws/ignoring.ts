/** What the call gives, or undefined when it fails with one of these errors: by them AWS says that there is none. */
export async function ignoring<Result>(
  errorNames: readonly string[],
  call: Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && errorNames.includes(error.name)) return undefined;
    throw error;
  }
}
