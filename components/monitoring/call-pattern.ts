import type { TamperedService } from "./tampering.ts";

/** The pattern of a rule on calls that CloudTrail tells of. */
export function callPattern(services: readonly TamperedService[], detail: object): object {
  return {
    source: services.map((service) => `aws.${service}`),
    "detail-type": ["AWS API Call via CloudTrail"],
    detail,
  };
}
