import { chownSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import type { PostgresPaths } from "./postgres-record.ts";
import { runTool } from "./run-tool.ts";
import type { ServerAccount } from "./server-account.ts";

/** Makes a self-signed certificate for localhost and 127.0.0.1, valid 10 years. Errors: `TOOL_MISSING` without openssl. */
export async function makeCertificate(
  paths: PostgresPaths,
  account: ServerAccount | undefined,
): Promise<void> {
  const key = join(paths.data, "server.key");
  const certificate = join(paths.data, "server.crt");
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await runTool(
    "openssl",
    ["req", "-x509", ...curve, "-days", "3650", ...subject, "-keyout", key, "-out", certificate],
    { account, directory: paths.data, hint: "Install openssl, e.g. with: apt-get install -y openssl" },
  );
  if (account) chownSync(key, account.uid, account.gid);
  // Clients run under another account than the server and may not look into its data directory.
  copyFileSync(certificate, paths.certificate);
}
