import type { PluginProvider } from "../plugin-provider.ts";
import { databaseResource } from "./database-resource.ts";
import { extensionResource } from "./extension-resource.ts";
import { grantResource } from "./grant-resource.ts";
import { roleResource } from "./role-resource.ts";
import { ServerSession } from "./server-session.ts";
import { checkServerSettings, readServerSettings } from "./server-settings.ts";

/**
 * Stands for the provider `postgresql`, for what the stack uses of it. Ids, defaults and outputs are those of the
 * real one; unlike it, it replaces a database or role that is renamed, as their names are their ids.
 * @see https://www.pulumi.com/registry/packages/postgresql/
 */
export function postgresqlProvider(): PluginProvider {
  let session: ServerSession | undefined;
  const server = (): ServerSession => {
    if (!session) throw new Error("the provider postgresql has no settings yet");
    return session;
  };
  return {
    version: "3.18.1",
    resources: {
      "postgresql:index/database:Database": databaseResource(server),
      "postgresql:index/role:Role": roleResource(server),
      "postgresql:index/extension:Extension": extensionResource(server),
      "postgresql:index/grant:Grant": grantResource(server),
    },
    checkConfig: checkServerSettings,
    configure: (settings) => {
      session = new ServerSession(readServerSettings(settings));
    },
  };
}
