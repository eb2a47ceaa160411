import { z } from "zod";
import { instant } from "./instant.ts";
import { present } from "./present.ts";

export interface ApiKey {
  /** Absent where Supabase gives none, as for the legacy keys (`anon`, `service_role`). */
  readonly id?: string;
  readonly name: string;
  /** `legacy`, `publishable`, `secret`, or one that is new. */
  readonly type?: string;
  /** The key itself when it was asked to be revealed, else masked. A secret, unless publishable. */
  readonly key?: string;
  readonly insertedAt?: Date;
}

export const apiKeyReply = z
  .object({
    id: z.string().nullish(),
    name: z.string(),
    type: z.string().nullish(),
    api_key: z.string().nullish(),
    inserted_at: instant.nullish(),
  })
  .transform(
    ({ id, name, type, api_key, inserted_at }): ApiKey =>
      present({ id, name, type, key: api_key, insertedAt: inserted_at }),
  );
