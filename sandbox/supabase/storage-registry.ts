import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type pg from "pg";
import type { Answer } from "./answer.ts";
import { whyNotReady } from "./database-of.ts";
import type { Platform } from "./platform.ts";
import { sendAnswer } from "./send-answer.ts";
import { openStorageDatabase } from "./storage/open-storage-database.ts";
import type { StorageAccess } from "./storage/storage-context.ts";
import type { StorageFault, StorageRequest } from "./storage/storage-fault.ts";
import { createStorageGateway, type StorageGateway } from "./storage/storage-gateway.ts";

/** What goes wrong with a request to a project's Storage; asked before anything is done. */
export type StorageFaultHook = (ref: string, request: StorageRequest) => StorageFault | undefined;

interface Opened {
  /** A project that is made again under the same ref has another. */
  readonly databaseUrl: string;
  readonly gateway: StorageGateway;
  readonly database: pg.Pool;
}

const PATH = /^(\/projects\/([a-z]{20}))\/storage\/v1(\/|$)/;

/** In the form of S3, which most of its clients speak; texts UNVERIFIED. */
const refusal = (status: number, code: string, message: string): Answer => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});

/** The ref of a request to a project's Storage, whose address is `/projects/<ref>/storage/v1/…` here. */
export const storageRefOf = (path: string): string | undefined => PATH.exec(path)?.[2];

/** The Storage services of the projects, in `projects/<ref>/storage`, opened as they are asked for. */
export class StorageRegistry {
  readonly #platform: Platform;
  readonly #opened = new Map<string, Opened>();
  #fault: StorageFaultHook | undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  setFault(fault: StorageFaultHook | undefined): void {
    this.#fault = fault;
  }

  /** Answers one request to `/projects/<ref>/storage/v1/…`. */
  async handle(ref: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const project = this.#platform.find(ref);
    const cluster = project && this.#platform.clusters.get(ref);
    if (!project || !cluster) {
      sendAnswer(response, refusal(404, "TenantNotFound", "Missing tenant config"), {});
      return;
    }
    // Storage was seen to fail for 12 to 24 s of a recovery; by which answer is UNVERIFIED.
    const why = whyNotReady(this.#platform, project);
    if (why !== undefined) {
      sendAnswer(response, refusal(503, "ServiceUnavailable", `Storage is not available, ${why}`), {});
      return;
    }
    const { gateway } = await this.#open(ref, project.region, cluster.adminUrl());
    await gateway.handle(request, response, `/projects/${ref}`);
  }

  async close(ref?: string): Promise<void> {
    for (const [key, { gateway, database }] of this.#opened) {
      if (ref !== undefined && ref !== key) continue;
      this.#opened.delete(key);
      gateway.close();
      await database.end();
    }
  }

  async #open(ref: string, region: string, databaseUrl: string): Promise<Opened> {
    const known = this.#opened.get(ref);
    if (known?.databaseUrl === databaseUrl) return known;
    if (known) await this.close(ref);
    const database = openStorageDatabase(databaseUrl);
    const gateway = createStorageGateway({
      directory: join(this.#platform.store.projectDirectory(ref), "storage"),
      ref,
      region,
      database: async () => database,
      access: () => this.#access(ref),
      clock: this.#platform.clock,
      fault: (asked) => this.#fault?.(ref, asked),
    });
    const opened = { databaseUrl, gateway, database };
    this.#opened.set(ref, opened);
    return opened;
  }

  #access(ref: string): StorageAccess {
    const { storage, s3Keys, apiKeys, jwtSecret } = this.#platform.project(ref);
    const bearers = apiKeys.filter(({ id, type }) => id === "service_role" || type === "secret");
    return {
      s3Protocol: storage.s3Protocol,
      accessKeys: [s3Keys],
      anonKey: apiKeys.find(({ id }) => id === "anon")?.value ?? "",
      serviceKeys: bearers.map(({ value }) => value),
      tokenSecret: jwtSecret,
      fileSizeLimitBytes: storage.fileSizeLimit,
    };
  }
}
