import assert from "node:assert/strict";

/** Asserts that the work is refused with this code, and tells the whole text. */
export async function refusal(work: () => Promise<unknown>, code: string): Promise<string> {
  const error = await work().then(
    () => assert.fail(`nothing was refused; expected ${code}`),
    (refused: unknown) => refused,
  );
  assert.ok(error instanceof Error);
  assert.match(error.message, new RegExp(`\\[${code}\\]$`), error.message);
  return error.message;
}
