import type { AlarmSpec } from "./alarm-spec.ts";

/**
 * What an alarm is called in CloudWatch: `holdfast-<environment>-<name>`, of a project's `holdfast-<environment>_<name>`,
 * whose name begins with the project's. Environments and projects have no underscore: environment `prod` with project
 * `eu-shop` and environment `prod-eu` with project `shop` stay apart.
 */
export function alarmName(
  environment: string,
  { name, project }: Pick<AlarmSpec, "name" | "project">,
): string {
  return `holdfast-${environment}${project === undefined ? "-" : "_"}${name}`;
}
