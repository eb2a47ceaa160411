import type { PluginProvider } from "../plugin-provider.ts";
import { localCommand } from "./local-command.ts";

/**
 * Stands for the provider `command`, for what the stack uses of it: commands of this machine.
 * @see https://www.pulumi.com/registry/packages/command/
 */
export const commandProvider: PluginProvider = {
  version: "1.2.1",
  resources: { "command:local:Command": localCommand },
  configure: () => undefined,
};
