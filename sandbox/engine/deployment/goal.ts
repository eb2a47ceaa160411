import type { PropertyMap } from "../protocol/property-value.ts";
import type { CustomTimeouts } from "../state/resource-state.ts";

/** Another name that a resource went by: a whole URN, or what differed. */
export type Alias =
  | { readonly urn: string }
  | {
      readonly name?: string;
      readonly type?: string;
      readonly stack?: string;
      readonly project?: string;
      /** URN; `null`: it had none; absent: the same as now. */
      readonly parent?: string | null;
    };

/** What the program wants of one resource. */
export interface Goal {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent?: string;
  readonly inputs: PropertyMap;
  /** `<urn>::<id>`; absent: the package's default provider. */
  readonly provider?: string;
  /** Of the package that the program uses; names the default provider. */
  readonly version?: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** Absent: as the parent. */
  readonly protect?: boolean;
  /** Absent: as the parent. */
  readonly retainOnDelete?: boolean;
  /** Absent: as the provider says. */
  readonly deleteBeforeReplace?: boolean;
  /** Absent: as the parent. */
  readonly deletedWith?: string;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly aliases: readonly Alias[];
  readonly customTimeouts?: CustomTimeouts;
}
