/**
 * What a task's definitions are called in ECS: `holdfast-<environment>_<project>-<job>`, or `holdfast-<environment>_<job>`
 * of a job that all projects share. Names of environments and projects hold hyphens and no underscore: environment
 * `prod` with project `eu-shop` and environment `prod-eu` with project `shop` stay apart.
 * @param job one word, e.g. `dump`
 */
export function taskFamily(environment: string, job: string, project?: string): string {
  return `holdfast-${environment}_${project === undefined ? "" : `${project}-`}${job}`;
}
