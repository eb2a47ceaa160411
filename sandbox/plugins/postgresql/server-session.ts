import type pg from "pg";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { connect } from "../../../postgres/connect.ts";
import { Semaphore } from "../../engine/deployment/semaphore.ts";
import type { ServerSettings } from "./server-settings.ts";

type Work<Result> = (client: pg.Client) => Promise<Result>;

/** The server whose roles and databases are managed. One piece of work at a time: they lock the same catalogs. */
export class ServerSession {
  readonly settings: ServerSettings;
  readonly #turn = new Semaphore(1);

  constructor(settings: ServerSettings) {
    this.settings = settings;
  }

  /** The database for what belongs to the whole server. */
  get database(): string {
    return this.settings.address.database;
  }

  /** Works in a connection of its own. @param database @default that of the settings */
  run<Result>(work: Work<Result>, database: string = this.database): Promise<Result> {
    return this.#turn.run(async () => {
      const address = { ...this.settings.address, database };
      const client = await connect(address, {
        applicationName: "holdfast-stack",
        rowSecurityOff: false,
        // As in a session of anybody's: an extension goes where the search path says.
        settings: { search_path: '"$user", public' },
      });
      try {
        return await work(client);
      } finally {
        await client.end();
      }
    });
  }

  /** The same in a transaction. */
  transact<Result>(work: Work<Result>, database?: string): Promise<Result> {
    return this.run(async (client) => {
      await client.query("BEGIN");
      const result = await work(client);
      await client.query("COMMIT");
      return result;
    }, database);
  }

  /** @returns undefined when the database does not exist */
  async runIfThere<Result>(database: string, work: Work<Result>): Promise<Result | undefined> {
    try {
      return await this.transact(work, database);
    } catch (error) {
      if (error instanceof HoldfastError && error.code === "DATABASE_UNKNOWN") return undefined;
      throw error;
    }
  }
}
