import type { ResourcePlugin } from "./resource-plugin.ts";

const notYet = (): never => {
  throw new Error("the provider cannot be asked: its settings are known only after the update");
};

const UNKNOWN_DIFF = {
  changes: "unknown",
  replaceKeys: [],
  changedKeys: [],
  deleteBeforeReplace: false,
} as const;

/** Stands for a provider in a preview whose settings are not known yet: everything that it manages is unknown too. */
export const unconfiguredPlugin: ResourcePlugin = {
  configure: notYet,
  checkConfig: async (_call, _olds, news) => ({ inputs: news, failures: [] }),
  diffConfig: async () => UNKNOWN_DIFF,
  check: async (_call, _olds, news) => ({ inputs: news, failures: [] }),
  diff: async () => UNKNOWN_DIFF,
  create: async () => ({ id: "", outputs: {} }),
  update: async (_call, { id }) => ({ id, outputs: {} }),
  read: notYet,
  delete: notYet,
  invoke: notYet,
  close: () => undefined,
};
