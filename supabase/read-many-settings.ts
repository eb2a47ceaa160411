import { HoldfastError } from "../plan/holdfast-error.ts";
import type { ManagementApi, RequestOptions } from "./management-api.ts";
import { type ProjectSettings, readProjectSettings } from "./project-settings.ts";

/** A project's settings, or why they could not be read. */
export type SettingsRead =
  | { readonly ref: string; readonly settings: ProjectSettings }
  | { readonly ref: string; readonly error: HoldfastError };

export interface ManyOptions extends RequestOptions {
  /** Projects read at once, 1 or more; each takes six requests, so that this keeps a client's 32 busy. @default 12 */
  readonly concurrency?: number;
}

/**
 * Reads the settings of any number of projects, a few at a time, and gives each as soon as it is read, in no certain
 * order. Memory does not grow with their number: none is begun before there is room for it. A project that cannot be
 * read is given with its error, and the others go on; a token that is refused ends all, as does leaving the loop.
 * @throws ApiError `SUPABASE_TOKEN_REFUSED`
 */
export async function* readManySettings(
  api: ManagementApi,
  refs: Iterable<string> | AsyncIterable<string>,
  { concurrency = 12, ...options }: ManyOptions = {},
): AsyncGenerator<SettingsRead> {
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, ...(options.signal ? [options.signal] : [])]);
  const running = new Set<Promise<SettingsRead>>();
  const finished = async (): Promise<SettingsRead> => {
    const read = await Promise.race([...running].map(async (one) => ({ one, result: await one })));
    running.delete(read.one);
    return read.result;
  };
  try {
    for await (const ref of refs) {
      if (running.size >= concurrency) yield await finished();
      const one = readOne(api, ref, { ...options, signal });
      // Its error is met when its turn comes; until then nobody may be waiting for it.
      one.catch(() => undefined);
      running.add(one);
    }
    while (running.size > 0) yield await finished();
  } finally {
    left.abort();
    await Promise.allSettled(running);
  }
}

async function readOne(api: ManagementApi, ref: string, options: RequestOptions): Promise<SettingsRead> {
  try {
    return { ref, settings: await readProjectSettings(api, ref, options) };
  } catch (error) {
    if (options.signal?.aborted || !(error instanceof HoldfastError)) throw error;
    if (error.code === "SUPABASE_TOKEN_REFUSED") throw error;
    return { ref, error };
  }
}
