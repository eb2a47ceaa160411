import { EngineError, unsupported } from "../engine-error.ts";
import { isMap } from "../protocol/property-value.ts";
import { findPassphrase } from "../secrets/find-passphrase.ts";
import { type Crypter, passphraseCrypter } from "../secrets/passphrase-crypter.ts";
import { type ProjectSettings, readProjectSettings } from "../settings/project-settings.ts";
import { type ConfigValue, readConfig } from "../settings/stack-config.ts";
import { StackSettings } from "../settings/stack-settings.ts";
import { readDeployment, type SecretCodec, type StoredDeployment } from "../state/deployment-format.ts";
import { findBackend } from "../state/find-backend.ts";
import type { Deployment } from "../state/resource-state.ts";
import { encryptingCodec } from "../state/secret-codec.ts";
import { StackStore } from "../state/stack-store.ts";

/** A project, its stacks' settings and their state, as one command sees them. */
export class Workspace {
  readonly project: ProjectSettings;
  readonly store: StackStore;
  readonly environment: NodeJS.ProcessEnv;

  constructor(workDirectory: string, environment: NodeJS.ProcessEnv) {
    this.environment = environment;
    this.project = readProjectSettings(workDirectory);
    const backend = findBackend(environment, this.project.backendUrl, this.project.directory);
    this.store = new StackStore(backend, this.project.name);
  }

  /**
   * The bare name of a stack, from it or `organization/<project>/<stack>`.
   * @throws EngineError when none is given, or it is of another project
   */
  stackName(given: string | undefined): string {
    if (given === undefined) throw new EngineError("no stack is named: use --stack");
    const parts = given.split("/");
    const name = parts.at(-1) ?? "";
    if (parts.length === 2 || parts.length > 3 || (parts.length === 3 && parts[1] !== this.project.name))
      throw new EngineError(`the stack ${given} is not of the project ${this.project.name}`);
    if (!/^[A-Za-z0-9_.-]{1,100}$/.test(name))
      throw new EngineError(
        `a stack name may only contain letters, digits, hyphens, underscores and periods: ${name}`,
      );
    return name;
  }

  settings(stack: string): StackSettings {
    return new StackSettings(this.project.directory, stack);
  }

  /** The stack's crypter; its salt is made, and stored in its settings, when it has none. */
  async crypter(stack: string): Promise<Crypter> {
    const passphrase = findPassphrase(this.environment);
    const settings = this.settings(stack);
    const salt =
      settings.encryptionSalt ?? saltOf(this.store.has(stack) ? this.store.read(stack) : undefined);
    const crypter = await passphraseCrypter(passphrase, salt);
    if (salt === undefined) {
      settings.encryptionSalt = crypter.salt;
      settings.save();
    }
    return crypter;
  }

  /** The stack's configuration. The passphrase is asked for only when some of it is secret. */
  async config(stack: string): Promise<ReadonlyMap<string, ConfigValue>> {
    const settings = this.settings(stack);
    const hasSecrets = JSON.stringify([...settings.config.values()]).includes('"secure"');
    const crypter = hasSecrets ? await this.crypter(stack) : undefined;
    return readConfig(settings, this.project.name, () => {
      if (!crypter) throw new EngineError("a secret setting cannot be opened");
      return crypter;
    });
  }

  /** The stack's state, and what encrypts it again. */
  async open(stack: string): Promise<{ readonly deployment: Deployment; readonly codec: SecretCodec }> {
    const stored = this.store.read(stack);
    const codec = encryptingCodec(await this.crypter(stack));
    if (!stored) return { deployment: { resources: [], pendingOperations: [] }, codec };
    const reading = await this.codecOf(stored, codec);
    return { deployment: readDeployment(stored, reading, this.store.stackFile(stack)), codec };
  }

  /** What opens the secrets of a stored deployment: those of another salt than the stack's need its own key. */
  async codecOf(stored: StoredDeployment, codec: SecretCodec): Promise<SecretCodec> {
    const salt = saltOf(stored);
    const hasCiphertext = JSON.stringify(stored).includes('"ciphertext":');
    if (!hasCiphertext || salt === undefined || salt === saltOf({ secrets_providers: codec.providers }))
      return codec;
    return encryptingCodec(await passphraseCrypter(findPassphrase(this.environment), salt));
  }
}

function saltOf(stored: StoredDeployment | undefined): string | undefined {
  const providers = stored?.secrets_providers;
  if (!isMap(providers)) return undefined;
  if (providers.type !== "passphrase")
    throw unsupported(`the secrets provider ${String(providers.type)} of the state`);
  return isMap(providers.state) && typeof providers.state.salt === "string"
    ? providers.state.salt
    : undefined;
}
