import { EngineError, unsupported } from "../engine-error.ts";
import type { Crypter } from "../secrets/passphrase-crypter.ts";
import { settingAt, splitConfigPath, withSettingAt } from "../settings/config-path.ts";
import { type ConfigValue, qualifiedKey, readSetting } from "../settings/stack-config.ts";
import type { StackSettings, StoredSetting } from "../settings/stack-settings.ts";
import type { Command, CommandCall } from "./command-call.ts";
import type { Arguments } from "./parse-arguments.ts";
import type { Workspace } from "./workspace.ts";

export const configList: Command = async (call) => {
  const args = call.parse({ flags: ["--show-secrets"] });
  const { workspace, stack } = opened(call, args);
  const values = [...(await workspace.config(stack))];
  call.printJson(
    Object.fromEntries(values.map(([key, value]) => [key, shown(value, args.has("--show-secrets"))])),
  );
};

export const configGet: Command = async (call) => {
  const args = call.parse({ flags: ["--path"] });
  const { workspace, stack } = opened(call, args);
  const [given = ""] = args.positional;
  const { key, path } = args.has("--path") ? splitConfigPath(given) : { key: given, path: [] };
  const settings = workspace.settings(stack);
  const found = settingAt(settings.config.get(storedKey(settings, workspace, key)), path);
  if (found === undefined)
    throw new EngineError(`configuration key '${given}' not found for stack '${stack}'`);
  const crypter = JSON.stringify(found).includes('"secure"') ? await workspace.crypter(stack) : undefined;
  const open = (): Crypter => {
    if (!crypter) throw new EngineError("it has no passphrase");
    return crypter;
  };
  call.printJson(shown(readSetting(found, qualifiedKey(workspace.project.name, key), open), true));
};

export const configSet: Command = async (call) => {
  const args = call.parse({ flags: ["--path", "--secret", "--plaintext"] });
  const [key, value] = args.positional;
  if (key === undefined || value === undefined) throw new EngineError("config set takes a key and a value");
  await change(call, args, async (settings, workspace, stack) => {
    await store(settings, workspace, stack, {
      key,
      value,
      secret: args.has("--secret"),
      path: args.has("--path"),
    });
  });
};

export const configSetAll: Command = async (call) => {
  const args = call.parse({ flags: ["--path"], values: ["--plaintext", "--secret"] });
  if (args.positional.length > 0) throw unsupported("config set-all --json");
  await change(call, args, async (settings, workspace, stack) => {
    for (const [option, pair = ""] of args.options) {
      if (option !== "--plaintext" && option !== "--secret") continue;
      const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
      if (key === undefined || value === undefined) throw new EngineError(`${option} takes key=value`);
      await store(settings, workspace, stack, {
        key,
        value,
        secret: option === "--secret",
        path: args.has("--path"),
      });
    }
  });
};

export const configRemove: Command = async (call) => {
  const args = call.parse({ flags: ["--path"] });
  await change(call, args, async (settings, workspace) => {
    for (const given of args.positional) {
      const { key, path } = args.has("--path") ? splitConfigPath(given) : { key: given, path: [] };
      const stored = storedKey(settings, workspace, key);
      const left = withSettingAt(settings.config.get(stored), path, undefined);
      if (left === undefined) settings.removeConfig(stored);
      else settings.setConfig(stored, left);
    }
  });
};

interface Setting {
  readonly key: string;
  readonly value: string;
  readonly secret: boolean;
  /** Whether the key is a path into a list or map. */
  readonly path: boolean;
}

async function store(
  settings: StackSettings,
  workspace: Workspace,
  stack: string,
  { key: given, value, secret, path: isPath }: Setting,
): Promise<void> {
  const { key, path } = isPath ? splitConfigPath(given) : { key: given, path: [] };
  const name = storedKey(settings, workspace, key);
  const stored: StoredSetting = secret
    ? { secure: (await workspace.crypter(stack)).encrypt(value) }
    : path.length > 0
      ? plainInPath(value)
      : value;
  settings.setConfig(name, withSettingAt(settings.config.get(name), path, stored) ?? null);
}

/** Within a list or map, truth values and whole numbers are stored as such. */
function plainInPath(text: string): StoredSetting {
  if (text === "true" || text === "false") return text === "true";
  return /^(0|-?[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
}

/** The key as the file has it already, with or without its namespace; a new one gets it. */
function storedKey(settings: StackSettings, { project }: Workspace, key: string): string {
  const qualified = qualifiedKey(project.name, key);
  return (
    [...settings.config.keys()].find((one) => qualifiedKey(project.name, one) === qualified) ?? qualified
  );
}

async function change(
  call: CommandCall,
  args: Arguments,
  edit: (settings: StackSettings, workspace: Workspace, stack: string) => Promise<void>,
): Promise<void> {
  const { workspace, stack } = opened(call, args);
  // A new salt goes into the file before the settings are read from it.
  if (args.has("--secret")) await workspace.crypter(stack);
  const settings = workspace.settings(stack);
  await edit(settings, workspace, stack);
  settings.save();
}

function opened(call: CommandCall, args: Arguments): { workspace: Workspace; stack: string } {
  const workspace = call.workspace();
  const stack = workspace.stackName(args.value("--stack"));
  workspace.store.require(stack);
  return { workspace, stack };
}

function shown({ text, secret, object }: ConfigValue, showSecrets: boolean): unknown {
  if (secret && !showSecrets) return { secret };
  return { value: text, secret, ...(object === undefined ? {} : { objectValue: object }) };
}
