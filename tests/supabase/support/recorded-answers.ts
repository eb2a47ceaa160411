import type { RecordedAnswer } from "./recorded-answer.ts";
import { RECORDED_DATABASE } from "./recorded-database.ts";
import { RECORDED_PROJECTS } from "./recorded-projects.ts";
import { RECORDED_SERVICES } from "./recorded-services.ts";

export { API_KEY_ID, BRANCH_ID, BRANCH_REF, REF } from "./recorded-ids.ts";

/**
 * An answer of each endpoint that the product calls, by method and path, written by hand after the vendor's documents
 * and what its API was seen to answer.
 */
export const RECORDED = { ...RECORDED_PROJECTS, ...RECORDED_DATABASE, ...RECORDED_SERVICES };

/** Method and path of an endpoint that has a recorded answer. */
export type RecordedEndpoint = keyof typeof RECORDED;

export function recorded(endpoint: RecordedEndpoint): RecordedAnswer {
  return RECORDED[endpoint];
}
