import { readFileSync, rmSync } from "node:fs";
import { parseUrn, STACK_TYPE } from "../deployment/urn.ts";
import { EngineError, unsupported } from "../engine-error.ts";
import {
  containsSecret,
  isMap,
  mapEntries,
  type PropertyMap,
  withoutSecrets,
} from "../protocol/property-value.ts";
import { readDeployment, type StoredDeployment, writeDeployment } from "../state/deployment-format.ts";
import { showingCodec } from "../state/secret-codec.ts";
import { readHistory, type UpdateRecord } from "../state/stack-history.ts";
import { lockStack } from "../state/stack-lock.ts";
import type { Command } from "./command-call.ts";

export const stackInit: Command = async (call) => {
  const args = call.parse({ flags: ["--no-select"], values: ["--secrets-provider"] });
  const provider = args.value("--secrets-provider") ?? "passphrase";
  if (provider !== "passphrase" && provider !== "default")
    throw unsupported(`the secrets provider ${provider}`);
  const workspace = call.workspace();
  const stack = workspace.stackName(args.positional[0] ?? args.value("--stack"));
  if (workspace.store.has(stack)) throw new EngineError(`stack '${stack}' already exists`);
  await workspace.crypter(stack);
  workspace.store.write(stack, undefined);
  call.print(`Created stack '${stack}'`);
};

export const stackSelect: Command = async (call) => {
  const args = call.parse({});
  const workspace = call.workspace();
  workspace.store.require(workspace.stackName(args.value("--stack") ?? args.positional[0]));
};

export const stackList: Command = async (call) => {
  call.parse({ flags: ["--all"] });
  const stacks = call.workspace().store.list();
  call.printJson(
    stacks.map(({ name, modified }) => ({
      name,
      current: false,
      lastUpdate: modified.toISOString(),
      updateInProgress: false,
    })),
  );
};

export const stackRemove: Command = async (call) => {
  const args = call.parse({ flags: ["--force", "--preserve-config"] });
  const workspace = call.workspace();
  const stack = workspace.stackName(args.positional[0] ?? args.value("--stack"));
  const { resources } = workspace.store.read(stack) ?? {};
  const release = lockStack(workspace.store.lockDirectory(stack), (text) => call.warn(`warning: ${text}`));
  try {
    if (Array.isArray(resources) && resources.length > 0 && !args.has("--force"))
      throw new EngineError(
        `'${stack}' still has resources; removal rejected. Destroy them with \`pulumi destroy\` first, or ` +
          `keep them and forget about them with --force.`,
      );
    workspace.store.remove(stack);
    if (!args.has("--preserve-config")) rmSync(workspace.settings(stack).file, { force: true });
  } finally {
    release();
  }
  call.print(`Stack '${stack}' has been removed!`);
};

export const stackOutput: Command = async (call) => {
  const args = call.parse({ flags: ["--show-secrets"] });
  if (args.positional.length > 0) throw unsupported("one output by its name");
  const workspace = call.workspace();
  const { deployment } = await workspace.open(workspace.stackName(args.value("--stack")));
  const outputs = deployment.resources.find(({ type }) => type === STACK_TYPE)?.outputs ?? {};
  call.printJson(args.has("--show-secrets") ? withoutSecrets(outputs) : maskOutputs(outputs));
};

/** An output that holds a secret anywhere is masked as a whole, as the Automation API tells secrets by that. */
function maskOutputs(outputs: PropertyMap): unknown {
  return mapEntries(outputs, (value) => (containsSecret(value) ? "[secret]" : value));
}

export const stackHistory: Command = async (call) => {
  const args = call.parse({ flags: ["--show-secrets", "--full-dates"], values: ["--page-size", "--page"] });
  const workspace = call.workspace();
  const stack = workspace.stackName(args.value("--stack"));
  workspace.store.require(stack);
  const records = readHistory(workspace.store.historyDirectory(stack));
  const size = Number(args.value("--page-size") ?? (records.length || 1));
  const first = (Number(args.value("--page") ?? 1) - 1) * size;
  const hasSecrets = records.some(({ config }) => Object.values(config).some(({ secret }) => secret));
  const crypter = args.has("--show-secrets") && hasSecrets ? await workspace.crypter(stack) : undefined;
  const shown = records.slice(first, first + size).map(
    (record): UpdateRecord => ({
      ...record,
      config: Object.fromEntries(
        Object.entries(record.config).map(([key, { value, secret }]) => [
          key,
          { value: secret ? (crypter?.decrypt(value) ?? "[secret]") : value, secret },
        ]),
      ),
    }),
  );
  call.printJson(shown);
};

export const stackExport: Command = async (call) => {
  const args = call.parse({ flags: ["--show-secrets"], values: ["--file"] });
  if (args.value("--file") !== undefined) throw unsupported("stack export --file");
  const workspace = call.workspace();
  const stack = workspace.stackName(args.value("--stack"));
  const stored = workspace.store.read(stack);
  if (!stored) return call.printJson({ version: 3, deployment: {} });
  if (!args.has("--show-secrets")) return call.printJson({ version: 3, deployment: stored });
  const { deployment, codec } = await workspace.open(stack);
  call.printJson({ version: 3, deployment: writeDeployment(deployment, showingCodec(codec.providers)) });
};

export const stackImport: Command = async (call) => {
  const args = call.parse({ values: ["--file"] });
  const file = args.value("--file");
  if (file === undefined) throw unsupported("stack import without --file");
  const workspace = call.workspace();
  const stack = workspace.stackName(args.value("--stack"));
  const stored = readImport(file);
  const { codec } = await workspace.open(stack);
  const deployment = readDeployment(stored, await workspace.codecOf(stored, codec), file);
  for (const { urn } of deployment.resources) {
    const parts = parseUrn(urn);
    if (parts.stack !== stack || parts.project !== workspace.project.name)
      throw new EngineError(
        `${file} holds ${urn}, which is not of the stack ${workspace.project.name}/${stack}`,
      );
  }
  const release = lockStack(workspace.store.lockDirectory(stack), (text) => call.warn(`warning: ${text}`));
  try {
    workspace.store.backUp(stack);
    workspace.store.write(stack, writeDeployment(deployment, codec));
  } finally {
    release();
  }
  call.print("Import complete.");
};

function readImport(file: string): StoredDeployment {
  let parsed: { readonly version?: unknown; readonly deployment?: StoredDeployment };
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new EngineError(`${file} is no JSON`, { cause: error });
  }
  if (parsed.version !== 3) throw new EngineError(`${file} has version ${String(parsed.version)}, not 3`);
  if (!isMap(parsed.deployment)) throw new EngineError(`${file} holds no deployment`);
  return parsed.deployment;
}
