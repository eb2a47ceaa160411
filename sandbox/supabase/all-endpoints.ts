import type { Endpoint } from "./endpoint.ts";
import { addonEndpoints } from "./endpoints/addons.ts";
import { apiKeyEndpoints } from "./endpoints/api-keys.ts";
import { backupScheduleEndpoints } from "./endpoints/backup-schedule.ts";
import { backupEndpoints } from "./endpoints/backups.ts";
import { branchEndpoints } from "./endpoints/branches.ts";
import { databaseAccessEndpoints } from "./endpoints/database-access.ts";
import { functionEndpoints } from "./endpoints/functions.ts";
import { healthEndpoints } from "./endpoints/health.ts";
import { lifecycleEndpoints } from "./endpoints/lifecycle.ts";
import { migrationEndpoints } from "./endpoints/migrations.ts";
import { networkRestrictionEndpoints } from "./endpoints/network-restrictions.ts";
import { organizationEndpoints } from "./endpoints/organizations.ts";
import { poolerEndpoints } from "./endpoints/pooler.ts";
import { projectEndpoints } from "./endpoints/projects.ts";
import { queryEndpoints } from "./endpoints/query.ts";
import { readOnlyModeEndpoints } from "./endpoints/read-only-mode.ts";
import { restorePointEndpoints } from "./endpoints/restore-points.ts";
import { secretEndpoints } from "./endpoints/secrets.ts";
import { sslEnforcementEndpoints } from "./endpoints/ssl-enforcement.ts";
import { storageEndpoints } from "./endpoints/storage.ts";

/** Everything that the simulated API answers; any other path is unknown to it. */
export const ALL_ENDPOINTS: readonly Endpoint[] = [
  ...projectEndpoints,
  ...organizationEndpoints,
  ...healthEndpoints,
  ...lifecycleEndpoints,
  ...addonEndpoints,
  ...backupEndpoints,
  ...backupScheduleEndpoints,
  ...restorePointEndpoints,
  ...readOnlyModeEndpoints,
  ...queryEndpoints,
  ...migrationEndpoints,
  ...databaseAccessEndpoints,
  ...functionEndpoints,
  ...secretEndpoints,
  ...apiKeyEndpoints,
  ...poolerEndpoints,
  ...networkRestrictionEndpoints,
  ...sslEnforcementEndpoints,
  ...storageEndpoints,
  ...branchEndpoints,
];
