import { join } from "node:path";

/** By package, the module that serves the stand-in of its provider. */
export const SANDBOX_PLUGINS: Readonly<Record<string, string>> = {
  aws: join(import.meta.dirname, "aws/aws-provider.ts"),
  postgresql: join(import.meta.dirname, "postgresql/serve.ts"),
  command: join(import.meta.dirname, "command/serve.ts"),
};
