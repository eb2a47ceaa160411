import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, isMap, parseDocument } from "yaml";
import { EngineError, unsupported } from "../engine-error.ts";
import { writeFileAtomically } from "../state/write-file-atomically.ts";

/** A setting as it stands in the file: texts, numbers, lists, maps, and `{secure: <ciphertext>}` for a secret. */
export type StoredSetting =
  | null
  | boolean
  | number
  | string
  | readonly StoredSetting[]
  | { readonly [key: string]: StoredSetting };

/** Pulumi.<stack>.yaml: the configuration of one stack and the salt of its secrets. Comments survive a change. */
export class StackSettings {
  readonly file: string;
  readonly #document: Document;

  /** @throws EngineError when the file is no YAML, or its secrets are of a provider other than the passphrase */
  constructor(directory: string, stack: string) {
    const names = [`Pulumi.${stack}.yaml`, `Pulumi.${stack}.yml`];
    this.file =
      names.map((name) => join(directory, name)).find((path) => existsSync(path)) ??
      join(directory, names[0] ?? "");
    this.#document = parseDocument(existsSync(this.file) ? readFileSync(this.file, "utf8") : "");
    const [problem] = this.#document.errors;
    if (problem) throw new EngineError(`${this.file} is no YAML: ${problem.message}`);
    if (this.#document.contents === null) this.#document.contents = this.#document.createNode({}) as never;
    if (!isMap(this.#document.contents)) throw new EngineError(`${this.file} is no map`);
    const provider = this.#document.get("secretsprovider");
    if (provider !== undefined && provider !== "passphrase" && provider !== "default")
      throw unsupported(`the secrets provider ${String(provider)} of ${this.file}`);
    if (this.#document.has("environment")) throw unsupported(`environment of ${this.file}`);
  }

  /** The salt of the stack's secrets, as stored; absent before its first secret. */
  get encryptionSalt(): string | undefined {
    const salt = this.#document.get("encryptionsalt");
    return typeof salt === "string" ? salt : undefined;
  }

  set encryptionSalt(salt: string) {
    this.#document.set("encryptionsalt", salt);
  }

  /** The settings by their keys as written, `namespace:key` or `key`. */
  get config(): ReadonlyMap<string, StoredSetting> {
    const content = this.#document.toJS() as { readonly config?: Record<string, StoredSetting> | null };
    return new Map(Object.entries(content.config ?? {}));
  }

  setConfig(key: string, value: StoredSetting): void {
    this.#document.setIn(["config", key], value);
  }

  removeConfig(key: string): void {
    if (this.#document.hasIn(["config", key])) this.#document.deleteIn(["config", key]);
  }

  save(): void {
    writeFileAtomically(this.file, this.#document.toString({ lineWidth: 0 }));
  }
}
