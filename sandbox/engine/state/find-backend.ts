import { homedir } from "node:os";
import { resolve } from "node:path";
import { EngineError, unsupported } from "../engine-error.ts";

/**
 * The directory that holds the state (its `.pulumi/`), from `PULUMI_BACKEND_URL` or the project's `backend.url`.
 * @param projectUrl `backend.url` of Pulumi.yaml
 * @param workDirectory against which a relative URL is read
 * @throws EngineError when none is named, or it is not a `file://` one
 */
export function findBackend(
  environment: NodeJS.ProcessEnv,
  projectUrl: string | undefined,
  workDirectory: string,
): string {
  const url = environment.PULUMI_BACKEND_URL || projectUrl;
  if (!url)
    throw new EngineError(
      "no backend is named: set PULUMI_BACKEND_URL, or backend.url in Pulumi.yaml, to file://<directory>",
    );
  if (!url.startsWith("file://")) throw unsupported(`the backend ${url.split(":")[0]}://`);
  const path = url.slice("file://".length);
  return path === "~" || path.startsWith("~/")
    ? resolve(homedir(), path.slice(2))
    : resolve(workDirectory, path);
}
