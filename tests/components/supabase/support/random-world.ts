import assert from "node:assert/strict";
import type { ManagementApi } from "../../../../supabase/management-api.ts";
import type { DynamicProvider } from "../../../support/dynamic-provider.ts";
import type { TestSupabase } from "../../../support/supabase.ts";
import { armMishap, type Mishap } from "./arm-mishap.ts";
import { ManagedResource } from "./managed-resource.ts";
import {
  BARE,
  drift,
  isAllowed,
  KINDS,
  type Kind,
  look,
  program,
  type Settings,
  told,
} from "./settings-model.ts";

interface Parts {
  readonly supabase: TestSupabase;
  readonly api: ManagementApi;
  readonly ref: string;
  readonly providerOf: (kind: Kind) => DynamicProvider;
}

/**
 * One project with its resources, beside a model of both. Every step is done in both, and afterwards they must agree:
 * on what the project has, on what the state tells, and on how many changes it took.
 */
export class World {
  readonly #parts: Parts;
  readonly #managed: Readonly<Record<Kind, ManagedResource>>;
  /** The model: what the project has, and what the state tells of each resource that there is. */
  #actual: Settings = BARE;
  readonly #saved: Partial<Record<Kind, string>> = {};
  readonly #steps: string[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    const { providerOf } = parts;
    this.#managed = {
      compute: new ManagedResource(providerOf("compute")),
      pitr: new ManagedResource(providerOf("pitr")),
      ssl: new ManagedResource(providerOf("ssl")),
      network: new ManagedResource(providerOf("network")),
    };
  }

  async up(kind: Kind, value: string, mishap: Mishap): Promise<void> {
    const { ref } = this.#parts;
    const isIdle = this.#saved[kind] === value;
    const wanted = isIdle ? this.#actual : { ...this.#actual, [kind]: value };
    const refusal = isAllowed(wanted)
      ? undefined
      : kind === "pitr"
        ? "PITR_NEEDS_COMPUTE"
        : "COMPUTE_TOO_SMALL_FOR_PITR";
    await this.#run(`up ${kind} ${value}`, kind, mishap, {
      work: () => this.#managed[kind].up(program(ref, kind, value)),
      isIdle,
      wanted,
      refusal,
      saved: value,
    });
  }

  async destroy(kind: Kind, mishap: Mishap): Promise<void> {
    if (this.#saved[kind] === undefined) return;
    const wanted = { ...this.#actual, [kind]: BARE[kind] };
    await this.#run(`destroy ${kind}`, kind, mishap, {
      work: () => this.#managed[kind].destroy(),
      isIdle: false,
      wanted,
      refusal: isAllowed(wanted) ? undefined : "COMPUTE_TOO_SMALL_FOR_PITR",
      saved: undefined,
    });
  }

  async refresh(kind: Kind, mishap: Mishap): Promise<void> {
    if (this.#saved[kind] === undefined) return;
    const seen = this.#actual[kind];
    await this.#run(`refresh ${kind}`, kind, mishap, {
      work: () => this.#managed[kind].refresh(),
      isIdle: false,
      wanted: this.#actual,
      refusal: undefined,
      saved: kind === "pitr" && seen === "off" ? undefined : seen,
    });
  }

  /** Changes the project behind the resources' back, where Supabase lets anybody. */
  async drift(kind: Kind, value: string): Promise<void> {
    const next: Settings = { ...this.#actual, [kind]: value };
    if (!isAllowed(next)) return;
    const { api, ref } = this.#parts;
    this.#steps.push(`drift ${kind} ${value}`);
    await drift(api, ref, kind, value);
    this.#actual = next;
    await this.#compare();
  }

  async #run(
    step: string,
    kind: Kind,
    mishap: Mishap,
    expected: {
      readonly work: () => Promise<unknown>;
      /** Nothing is asked of Supabase. */
      readonly isIdle: boolean;
      readonly wanted: Settings;
      readonly refusal: string | undefined;
      readonly saved: string | undefined;
    },
  ): Promise<void> {
    this.#steps.push(`${step} (${mishap})`);
    const { supabase, ref } = this.#parts;
    const { work, isIdle, wanted } = expected;
    const before = this.#writes().length;
    armMishap(supabase.faults, ref, kind, mishap);
    const refusal = mishap === "token-expired" && !isIdle ? "SUPABASE_TOKEN_REFUSED" : expected.refusal;
    const error = await work().then(
      () => undefined,
      (refused: unknown) => refused,
    );
    supabase.faults.clear(ref);
    const text = error instanceof Error ? error.message : String(error);
    assert.ok(refusal === undefined ? error === undefined : text.endsWith(`[${refusal}]`), this.#at(text));
    const isChange = refusal === undefined && wanted[kind] !== this.#actual[kind];
    const writes = this.#writes().slice(before);
    // A write whose answer was lost is made again, where twice is the same as once.
    const atMost = isChange ? (mishap === "lost-answer" ? 2 : 1) : 0;
    assert.ok(
      writes.length <= atMost && writes.length >= Math.min(atMost, 1),
      this.#at(`${writes.length} writes: ${JSON.stringify(writes)}`),
    );
    if (refusal === undefined) {
      this.#actual = wanted;
      if (expected.saved === undefined) delete this.#saved[kind];
      else this.#saved[kind] = expected.saved;
    }
    await this.#compare();
  }

  async #compare(): Promise<void> {
    const { api, ref } = this.#parts;
    const actual = await look(api, ref);
    assert.deepEqual(actual, this.#actual, this.#at("the project differs from the model"));
    assert.ok(isAllowed(actual), this.#at("point-in-time recovery below Small"));
    for (const kind of KINDS) {
      const { saved } = this.#managed[kind];
      const tells = saved && told(kind, saved.outputs);
      assert.equal(tells, this.#saved[kind], this.#at(`the state of ${kind} differs from the model`));
    }
  }

  /** What would have changed the project and was not put off. */
  #writes(): { readonly method: string; readonly path: string; readonly status: number | undefined }[] {
    const { supabase, ref } = this.#parts;
    return supabase
      .requests()
      .filter(({ method, path, status }) => {
        const isWrite = method !== "GET" && !path.endsWith("/database/query");
        return isWrite && path.includes(ref) && status !== 429;
      })
      .map(({ method, path, status }) => ({ method, path, status }));
  }

  #at(text: string): string {
    return `${text}; after ${this.#steps.join(", ")}`;
  }
}
