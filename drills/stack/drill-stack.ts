import type { DrillTarget } from "../../plan/schema/drill-target.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import type { ReachedSupabase } from "./reach-supabase-target.ts";

/** A stack that is made for one drill, and what it holds to restore into. */
export interface DrillStack {
  /** By which it is destroyed later, where it was kept. */
  readonly name: string;
  /** Holds secrets: never print it whole. */
  readonly target: {
    readonly kind: DrillTarget["kind"];
    /** Of the empty database, with the password. */
    readonly address: DatabaseAddress;
    /** E.g. `database drill_x on db.example.com`. */
    readonly inWords: string;
    /** Of a Supabase project. */
    readonly supabase?: ReachedSupabase;
  };
  /** Takes away all of it; may be called again. */
  destroy(): Promise<void>;
}
