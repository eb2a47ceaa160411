import type { z } from "zod";
import type { PropertyMap } from "../../engine/protocol/property-value.ts";
import type { AwsService, AwsSession } from "./aws-session.ts";
import type { Canonical } from "./canonical.ts";

export type Tags = Readonly<Record<string, string>>;
/** AWS, as seen by one resource: in its region. */
export interface Aws {
  readonly region: string;
  readonly partition: string;
  /** The account of the credentials; empty where the settings say that it is not to be asked for. */
  accountId(): Promise<string>;
  client<Service extends AwsService>(
    service: Service,
  ): ReturnType<typeof AwsSession.prototype.client<Service>>;
}
/** What a resource is found by. After an import, inputs and outputs are empty. */
export interface Located<Inputs> {
  readonly aws: Aws;
  /** Its name in the program. */
  readonly name: string;
  readonly id: string;
  readonly inputs: Partial<Inputs>;
  readonly outputs: PropertyMap;
}

export interface Creation<Inputs> {
  readonly aws: Aws;
  readonly name: string;
  readonly inputs: Inputs;
  /** Its own tags with those of the provider. */
  readonly tags: Tags;
  /** Longest time that the program gives, in seconds; 0: none said. */
  readonly timeoutSeconds: number;
  /**
   * Says, where `create` has more to do, that the resource exists from here on: should the rest fail, it is kept in
   * the state, and the next update completes it.
   */
  exists(id: string): void;
}

export interface Update<Inputs> extends Omit<Creation<Inputs>, "exists"> {
  readonly id: string;
  /** The outputs as they were last read. */
  readonly outputs: PropertyMap;
  /** Whether one of these inputs is to be changed; `tags` stands for all tags. */
  changed(...keys: ((keyof Inputs & string) | "tags")[]): boolean;
  /** Keys of tags that are to go; `tags` holds those that are to be. */
  readonly removedTags: readonly string[];
}
/**
 * One type of resource of AWS, as little as the calls and the properties that make it differ from the others. Properties
 * are named as in `@pulumi/aws`; one that is not in `inputs` is refused by name. Errors that are thrown fail the step.
 */
export interface AwsResourceDefinition<Shape extends z.ZodRawShape, Inputs = z.infer<z.ZodObject<Shape>>> {
  /** Such as `aws:s3/bucket:Bucket`. */
  readonly type: string;
  /**
   * What the program may set, with defaults. `region` and, with `tagged`, `tags` are added. A default is compared with
   * what is read; give none where AWS chooses by itself, and name the property in `computed`.
   */
  readonly inputs: Shape;
  /** Inputs that only another resource can have. */
  readonly replaces?: readonly (keyof Inputs & string)[];
  /** Inputs that AWS chooses when they are left out: no difference then. */
  readonly computed?: readonly (keyof Inputs & string)[];
  /** Inputs that `read` does not find, as AWS tells nothing of them: kept as they were given. */
  readonly unread?: readonly (keyof Inputs & string)[];
  /** How inputs are compared by meaning. Default: in depth; what is empty, false or zero is the same as what is left out. */
  readonly canonical?: Readonly<Partial<Record<keyof Inputs & string, Canonical>>>;
  /**
   * Inputs that no two resources share: a replacement that keeps them deletes first.
   * The first is named after the program's name and seven random digits where it is left out, with `autoName`.
   */
  readonly unique?: readonly (keyof Inputs & string)[];
  /** How a name is made for a resource that the program gives none. */
  readonly autoName?: { readonly longest: number; readonly prefix?: string; readonly lowerCase?: boolean };
  /** Takes tags; `read` gives all of them as `tagsAll`. */
  readonly tagged?: boolean;
  /** Belongs to no region, as IAM. */
  readonly global?: boolean;
  /** Names of the errors by which AWS says that the resource does not exist. */
  readonly absent: readonly string[];
  /** Outputs that are secret as soon as any input is. */
  readonly secretOutputs?: readonly string[];
  /** Outputs that an update may change without an input of their name. */
  readonly unknownInUpdate?: readonly string[];
  /** @returns the id */
  create(call: Creation<Inputs>): Promise<string>;
  /**
   * Inputs and computed outputs as AWS has them; what it has not is left out, undefined or null.
   * @returns undefined when the resource does not exist, like an error named in `absent`
   */
  read(call: Located<Inputs>): Promise<object | undefined>;
  /** Applies what `changed` tells; may be called again after it failed half-way. Absent: every input replaces. */
  update?(call: Update<Inputs>): Promise<void>;
  /** An error named in `absent` counts as success. */
  delete(call: Located<Inputs> & { readonly timeoutSeconds: number }): Promise<void>;
}
