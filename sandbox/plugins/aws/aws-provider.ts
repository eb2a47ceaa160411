import { createRequire } from "node:module";
import { serveProvider } from "../serve-provider.ts";
import { ALL_RESOURCES } from "./all-resources.ts";
import { AwsSession } from "./aws-session.ts";
import { checkSettings, parseSettings } from "./aws-settings.ts";
import { awsFunctions } from "./functions.ts";

let configured: AwsSession | undefined;

function session(): AwsSession {
  if (!configured) throw new Error("the provider aws is asked before it is configured");
  return configured;
}

const { version } = createRequire(import.meta.url)("@pulumi/aws/package.json") as { version: string };

await serveProvider({
  version,
  resources: Object.fromEntries(ALL_RESOURCES.map((resource) => [resource.type, resource.of(session)])),
  functions: awsFunctions(session),
  checkConfig: checkSettings,
  async configure(settings) {
    const made = new AwsSession(parseSettings(settings));
    // Wrong credentials are found before the first resource, and not by each of them.
    if (!made.settings.skipCredentialsValidation) await made.identity();
    await made.accountId();
    configured = made;
  },
});
