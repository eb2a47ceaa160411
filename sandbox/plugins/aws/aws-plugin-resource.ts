import { z } from "zod";
import type { PropertyMap, PropertyValue } from "../../engine/protocol/property-value.ts";
import {
  type ChangeCall,
  type CheckCall,
  type CheckOutcome,
  type DiffOutcome,
  InitFailed,
  type PluginCall,
  type PluginResource,
  type PluginState,
  type StateCall,
} from "../plugin-provider.ts";
import { AUTO_NAMED, autoNamed } from "./auto-name.ts";
import type { Aws, AwsResourceDefinition, Located, Tags } from "./aws-resource-definition.ts";
import type { AwsSession } from "./aws-session.ts";
import { checkProperties } from "./check-properties.ts";
import { diffProperties, keepWritten } from "./diff-properties.ts";
import { ignoring } from "./ignoring.ts";

interface Timed {
  readonly timeoutSeconds: number;
}

type Inputs<Shape extends z.ZodRawShape> = z.infer<z.ZodObject<Shape>>;

/** Manages the resources of one type by its definition. */
export class AwsPluginResource<Shape extends z.ZodRawShape> implements PluginResource {
  readonly #definition: AwsResourceDefinition<Shape>;
  readonly #session: () => AwsSession;
  readonly #schema: z.ZodObject;
  readonly #keys: readonly string[];

  constructor(definition: AwsResourceDefinition<Shape>, session: () => AwsSession) {
    this.#definition = definition;
    this.#session = session;
    this.#schema = z.strictObject({
      ...definition.inputs,
      ...(definition.global ? {} : { region: z.string().optional() }),
      ...(definition.tagged ? { tags: z.record(z.string(), z.string()).optional() } : {}),
    });
    this.#keys = Object.keys(this.#schema.shape);
  }

  get secretWithInputs(): readonly string[] {
    const { secretOutputs = [], tagged = false } = this.#definition;
    // They repeat the tags, whose values may be secret.
    return tagged ? [...secretOutputs, "tagsAll"] : secretOutputs;
  }

  get unknownInUpdate(): readonly string[] {
    return this.#definition.unknownInUpdate ?? [];
  }

  check({ name, olds, news }: CheckCall): CheckOutcome {
    const { [AUTO_NAMED]: marks, ...inputs } = autoNamed(this.#definition, name, olds, withoutMarks(news));
    const outcome = checkProperties(this.#schema, inputs, this.#definition.type);
    return marks ? { ...outcome, inputs: { ...outcome.inputs, [AUTO_NAMED]: marks } } : outcome;
  }

  diff(call: ChangeCall): DiffOutcome {
    return diffProperties(this.#definition, this.#keys, call, this.#session().defaultTags);
  }

  async create(call: PluginCall & Timed & { readonly inputs: PropertyMap }): Promise<PluginState> {
    const { inputs, name, timeoutSeconds } = call;
    const region = typeof inputs.region === "string" ? inputs.region : this.#session().settings.region;
    let id: string | undefined;
    const made = (id: string): StateCall => ({ ...call, id, outputs: { region } });
    try {
      id = await this.#definition.create({
        aws: this.#aws(region),
        name,
        inputs: this.#parse(inputs),
        tags: this.#tags(inputs),
        timeoutSeconds,
        exists: (known) => {
          id = known;
        },
      });
      return { id, outputs: await this.#settled(made(id)) };
    } catch (error) {
      if (id === undefined || error instanceof InitFailed) throw named(error);
      // Whatever can be read of it shows the next update what is missing.
      const found = await this.#read(made(id)).catch(() => undefined);
      throw new InitFailed({ id, outputs: found?.outputs ?? { region } }, [text(named(error))]);
    }
  }

  async update(call: ChangeCall & Timed): Promise<{ readonly outputs: PropertyMap }> {
    const { news, outputs, timeoutSeconds } = call;
    const { changed } = this.diff(call);
    const tags = this.#tags(news);
    const before = Object.keys((outputs.tagsAll ?? {}) as PropertyMap);
    try {
      await this.#definition.update?.({
        ...this.#locate(call),
        inputs: this.#parse(news),
        tags,
        timeoutSeconds,
        removedTags: before.filter((key) => !Object.hasOwn(tags, key)),
        changed: (...keys) => keys.some((key) => changed.includes(key)),
      });
      return { outputs: await this.#settled({ ...call, inputs: news }) };
    } catch (error) {
      throw named(error);
    }
  }

  async read(call: StateCall): Promise<(PluginState & { readonly inputs: PropertyMap }) | undefined> {
    try {
      return await this.#read(call);
    } catch (error) {
      throw named(error);
    }
  }

  async delete(call: StateCall & Timed): Promise<void> {
    const { absent } = this.#definition;
    const { timeoutSeconds } = call;
    try {
      await ignoring(absent, this.#definition.delete({ ...this.#locate(call), timeoutSeconds }));
    } catch (error) {
      throw named(error);
    }
  }

  async #read(call: StateCall): Promise<(PluginState & { readonly inputs: PropertyMap }) | undefined> {
    const where = this.#locate(call);
    const found = await ignoring(this.#definition.absent, this.#definition.read(where));
    if (!found) return undefined;
    const outputs = plain({
      ...withoutAwsTags(found),
      ...(this.#definition.global ? {} : { region: where.aws.region }),
    });
    const { defaultTags, settings } = this.#session();
    const state = { id: where.id, ...keepWritten(this.#definition, this.#keys, outputs, call, defaultTags) };
    const isFarImport = Object.keys(call.inputs).length === 0 && where.aws.region !== settings.region;
    return isFarImport ? { ...state, inputs: { ...state.inputs, region: where.aws.region } } : state;
  }

  /** What a call that made or changed it has left. */
  async #settled(call: StateCall): Promise<PropertyMap> {
    const found = await this.#read(call);
    if (!found) throw new Error(`${call.type} ${call.id} is gone right after it was made or changed`);
    return found.outputs;
  }

  #locate({ name, id, inputs, outputs }: StateCall): Located<Inputs<Shape>> {
    const home = this.#session().settings.region;
    const [bare, region] = placeOf(this.#definition.global ?? false, home, id, outputs);
    // What is known of a resource may be less than what a program must say.
    const known = ownInputs(withoutMarks(inputs)) as Partial<Inputs<Shape>>;
    return { aws: this.#aws(region), name, id: bare, inputs: known, outputs };
  }

  #parse(inputs: PropertyMap): Inputs<Shape> {
    // The schema is that of the shape, with what is taken out again.
    return ownInputs(this.#schema.parse(withoutMarks(inputs))) as Inputs<Shape>;
  }

  #tags({ tags }: PropertyMap): Tags {
    // Checked before: texts by text.
    return { ...this.#session().defaultTags, ...(tags as Tags | undefined) };
  }

  #aws(region: string): Aws {
    const session = this.#session();
    return {
      region,
      partition: session.partition,
      accountId: () => session.accountId(),
      client: (service) => session.client(service, region),
    };
  }
}

/** Where a resource lies: as it was made or, in an import, as its id says after an @. */
function placeOf(
  isGlobal: boolean,
  home: string,
  id: string,
  outputs: PropertyMap,
): [id: string, region: string] {
  if (isGlobal) return [id, home];
  if (typeof outputs.region === "string") return [id, outputs.region];
  const asked = /^(.+)@([a-z]{2}(?:-[a-z]+)+-\d)$/.exec(id);
  return [asked?.[1] ?? id, asked?.[2] ?? home];
}

/** Without what every type has, and definitions get otherwise. */
function ownInputs({ region: _, tags: __, ...inputs }: Record<string, unknown>): Record<string, unknown> {
  return inputs;
}

function withoutMarks({ [AUTO_NAMED]: _, ...inputs }: PropertyMap): PropertyMap {
  return inputs;
}

/** What AWS itself tags belongs to no program. */
function withoutAwsTags(found: { readonly tagsAll?: Record<string, string> }): object {
  if (!found.tagsAll) return found;
  const own = Object.entries(found.tagsAll).filter(([key]) => !key.startsWith("aws:"));
  return { ...found, tagsAll: Object.fromEntries(own) };
}

/** As it travels: without what is not there, and without the classes of the SDK. */
function plain(outputs: object): PropertyMap {
  const given = Object.entries(outputs).filter(([, value]) => value !== undefined && value !== null);
  return JSON.parse(JSON.stringify(Object.fromEntries(given))) as Record<string, PropertyValue>;
}

/** AWS says in the error's name what happened, and in its text often nothing. */
function named(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof InitFailed) return error;
  if (error.name === "Error" || error.message.startsWith(error.name)) return error;
  return new Error(`${error.name}: ${error.message}`, { cause: error });
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
