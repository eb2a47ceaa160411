import { OBJECT_CLASSES, ownClassRows } from "./owned-objects.ts";
import type { FingerprintQuery } from "./query.ts";

/** Kind `owner`: who owns each object. */
export const owners: FingerprintQuery = {
  sql: (context) =>
    OBJECT_CLASSES.map(
      (objects) => `
    SELECT 'owner' AS kind, ${objects.label} AS name, pg_get_userbyid(${objects.owner})::text AS definition,
           ARRAY[pg_get_userbyid(${objects.owner})::text] AS roles
      ${ownClassRows(objects, context)}`,
    ).join("\n    UNION ALL"),
};
