import { randomUUID } from "node:crypto";
import pg from "pg";
import { type RunSql, writeMarker } from "../../../../jobs/pitr/marker.ts";
import type { PitrRequest } from "../../../../jobs/pitr/pitr-request.ts";
import { openManagementApi } from "../../../../supabase/open-management-api.ts";
import { createSupabaseDatabase } from "../../../support/databases.ts";
import {
  type Answering,
  type ScriptedAnswer,
  type ScriptedApi,
  startScriptedApi,
} from "../../../support/scripted-api.ts";
import { type VirtualTime, virtualTime } from "../../../support/virtual-time.ts";

export const REF = "abcdefghijklmnopqrst";
const PROJECT = "/v1/projects/{ref}";
const RESTORE = `${PROJECT}/database/backups/restore-pitr`;

/** What a project does once a restore was asked for. */
export interface RestoreScript {
  /** How the request is answered. @default 201 */
  readonly answers?: readonly [Answering, ...Answering[]];
  /** The states that are shown, one a look. @default RESTORING twice */
  readonly during?: readonly string[];
  /** The state that stays. @default ACTIVE_HEALTHY */
  readonly after?: string;
  /** What of the markers is gone when `after` is first shown. @default those after the target */
  readonly rewindTo?: Date | "nothing";
  /** How many statements the database refuses from then on. @default 0 */
  readonly silentFor?: number;
}

/** A project whose Management API says what a test tells it, on a real database, in time that passes only by sleeping. */
export interface ScriptedProject {
  readonly api: ScriptedApi;
  readonly time: VirtualTime;
  /** Runs SQL in its database; gives the rows of the last statement. */
  readonly run: RunSql;
  /** One minute ago. */
  readonly target: Date;
  /** How often a restore was asked for. */
  restores(): number;
  state(...statuses: readonly [string, ...string[]]): void;
  window(earliest: Date, ...latest: readonly [Date, ...Date[]]): void;
  onRestore(script: RestoreScript): void;
  /** The data are those of the target when the last of the states to come is shown. */
  whenBack(): void;
  /** The next statements are run, and their answers never arrive. */
  loseAnswers(count: number): void;
  /** A marker of that time, as a job would have written it. */
  addMarker(at: Date): Promise<void>;
  /** The markers that are there, oldest first, by their distance from the target in seconds. */
  markers(): Promise<number[]>;
  request(overrides?: Partial<PitrRequest>): PitrRequest;
}

const ok = (json: unknown, status = 200): ScriptedAnswer => ({ json, status });
export const refusal = (message: string): ScriptedAnswer => ({ status: 400, json: { message } });
const unix = (at: Date) => Math.floor(at.getTime() / 1000);
export const seconds = (from: Date, count: number) => new Date(from.getTime() + count * 1000);

class Scripted implements ScriptedProject {
  readonly api: ScriptedApi;
  readonly run: RunSql;
  readonly time = virtualTime(new Date());
  readonly target = new Date((unix(new Date()) - 60) * 1000);
  #waiting: string[] = [];
  #state = "ACTIVE_HEALTHY";
  #whenThere: (() => Promise<void>) | undefined;
  #silentFor = 0;
  #answersToLose = 0;

  constructor(api: ScriptedApi, run: RunSql) {
    this.api = api;
    this.run = run;
    api.on("GET", PROJECT, async () => ok(this.#project(await this.#nextState())));
    api.on("POST", `${PROJECT}/database/query`, async ({ json }) => await this.#query(json));
    api.on("GET", `${PROJECT}/health`, ({ query: asked }) =>
      ok(asked.getAll("services").map((name) => ({ name, status: "ACTIVE_HEALTHY" }))),
    );
    this.window(seconds(this.target, -86_400), seconds(this.target, 30));
    this.onRestore({});
  }

  restores(): number {
    return this.api.requests.filter(({ path }) => path.endsWith("/restore-pitr")).length;
  }

  state(...statuses: readonly [string, ...string[]]): void {
    this.#waiting = [...statuses];
  }

  window(earliest: Date, ...latest: readonly [Date, ...Date[]]): void {
    const [first, ...others] = latest.map((end) =>
      ok({
        region: "eu-west-2",
        walg_enabled: true,
        pitr_enabled: true,
        backups: [],
        physical_backup_data: {
          earliest_physical_backup_date_unix: unix(earliest),
          latest_physical_backup_date_unix: unix(end),
        },
      }),
    );
    if (first) this.api.on("GET", `${PROJECT}/database/backups`, first, ...others);
  }

  onRestore(script: RestoreScript): void {
    const { answers = [ok({}, 201)], rewindTo = this.target } = script;
    const begin =
      (answering: Answering): Answering =>
      async (request) => {
        const answer = typeof answering === "function" ? await answering(request) : answering;
        const isRefused = typeof answer === "object" && (answer.status ?? 200) >= 400;
        if (isRefused) return answer;
        this.#waiting = [...(script.during ?? ["RESTORING", "RESTORING"]), script.after ?? "ACTIVE_HEALTHY"];
        this.#whenThere = async () => {
          this.#silentFor = script.silentFor ?? 0;
          if (rewindTo !== "nothing") await this.#rewind(rewindTo);
        };
        return answer;
      };
    const [first, ...others] = answers.map(begin);
    if (first) this.api.on("POST", RESTORE, first, ...others);
  }

  whenBack(): void {
    this.#whenThere = () => this.#rewind(this.target);
  }

  loseAnswers(count: number): void {
    this.#answersToLose = count;
  }

  async addMarker(at: Date): Promise<void> {
    const id = pg.escapeLiteral(randomUUID());
    await writeMarker(this.run, { note: "makes the table" });
    await this.run(
      `DELETE FROM holdfast.recovery_marker WHERE note = 'makes the table';
       INSERT INTO holdfast.recovery_marker (id, at, note) VALUES (${id}, '${at.toISOString()}', 'of a job')`,
    );
  }

  async markers(): Promise<number[]> {
    const rows = await this.run(
      `SELECT floor(extract(epoch FROM at))::int - ${unix(this.target)} AS distance FROM holdfast.recovery_marker ORDER BY at`,
    );
    return rows.map(({ distance }) => Number(distance));
  }

  request(overrides: Partial<PitrRequest> = {}): PitrRequest {
    const { clock, sleep } = this.time;
    return {
      api: openManagementApi({ token: this.api.token, endpoint: this.api.endpoint, clock, sleep }),
      ref: REF,
      target: this.target,
      confirm: REF,
      project: { name: "shop", objectives: { rtoSeconds: 600, rpoSeconds: 300 } },
      clock,
      sleep,
      ...overrides,
    };
  }

  /** States are shown one a look; the last one stays. */
  async #nextState(): Promise<string> {
    this.#state = this.#waiting.shift() ?? this.#state;
    if (this.#waiting.length === 0 && this.#whenThere) {
      const there = this.#whenThere;
      this.#whenThere = undefined;
      await there();
    }
    return this.#state;
  }

  async #rewind(to: Date): Promise<void> {
    await this.run(`DELETE FROM holdfast.recovery_marker WHERE at > '${to.toISOString()}'`);
  }

  async #query(body: unknown): Promise<ScriptedAnswer> {
    const sql = typeof body === "object" && body !== null && "query" in body ? String(body.query) : "";
    if (this.#silentFor > 0) {
      this.#silentFor -= 1;
      return refusal("Failed to run sql query: connection terminated");
    }
    try {
      const rows = await this.run(sql);
      this.#answersToLose -= 1;
      return this.#answersToLose >= 0 ? "reset" : ok(rows, 201);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      return refusal(`Failed to run sql query: ERROR: ${error.code}: ${error.message}`);
    }
  }

  #project(status: string) {
    return {
      id: REF,
      ref: REF,
      name: "shop",
      organization_id: "holdfast-pro",
      organization_slug: "holdfast-pro",
      region: "eu-west-2",
      created_at: "2026-01-01T00:00:00Z",
      status,
    };
  }
}

const opened: ScriptedApi[] = [];
let database: Promise<pg.Client> | undefined;

async function connectDatabase(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: (await createSupabaseDatabase()).url });
  // It ends with the server, after the last test.
  client.on("error", () => {});
  await client.connect();
  return client;
}

/**
 * A project with point-in-time recovery, healthy, without any marker, whose window reaches from a day before the target
 * to after it. One database serves all: use one project at a time.
 */
export async function createScriptedProject(): Promise<ScriptedProject> {
  database ??= connectDatabase();
  const client = await database;
  await client.query("DROP SCHEMA IF EXISTS holdfast CASCADE");
  const api = await startScriptedApi();
  opened.push(api);
  return new Scripted(api, async (sql) => {
    const result = await client.query(sql);
    return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows;
  });
}

/** To be called after each test. */
export async function closeScriptedProjects(): Promise<void> {
  await Promise.all(opened.splice(0).map((api) => api.close()));
}
