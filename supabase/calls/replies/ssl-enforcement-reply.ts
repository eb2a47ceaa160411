import { z } from "zod";

export interface SslState {
  /** Whether the database refuses connections without TLS. */
  readonly databaseEnforced: boolean;
  /** False while, or because, a change has not reached the database. */
  readonly appliedSuccessfully: boolean;
}

export const sslEnforcementReply = z
  .object({ currentConfig: z.object({ database: z.boolean() }), appliedSuccessfully: z.boolean() })
  .transform(
    ({ currentConfig, appliedSuccessfully }): SslState => ({
      databaseEnforced: currentConfig.database,
      appliedSuccessfully,
    }),
  );
