import { HoldfastError } from "../../plan/holdfast-error.ts";

/** Code and exit code of the typed error that some work fails with; empty when it succeeds. */
export async function failureOf(work: Promise<unknown>): Promise<[string, number] | []> {
  try {
    await work;
    return [];
  } catch (error) {
    if (error instanceof HoldfastError) return [error.code, error.exitCode];
    throw error;
  }
}
