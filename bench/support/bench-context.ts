import type { PostgresServer } from "../../sandbox/servers/postgres-server.ts";
import type { BenchStore } from "./bench-store.ts";
import type { RivalTools } from "./rival-tools.ts";

/** What every contender of one bench run works with. */
export interface BenchContext {
  readonly postgres: PostgresServer;
  readonly store: BenchStore;
  readonly tools: RivalTools;
  /** The bucket that rivals upload to. */
  readonly rivalBucket: string;
  /** The plan that Holdfast's own commands read. */
  readonly planFile: string;
  /** Environment of every child: credentials of the store and of the database. */
  readonly env: NodeJS.ProcessEnv;
  /** Scratch files of the rivals; Holdfast writes none. */
  readonly scratch: string;
  readonly workers: number;
}
