import { z } from "zod";
import { instant } from "./instant.ts";
import { present } from "./present.ts";

/** The states of a branch's making that are known; others may appear. */
export const BRANCH_STATUSES = [
  "CREATING_PROJECT",
  "RUNNING_MIGRATIONS",
  "MIGRATIONS_PASSED",
  "MIGRATIONS_FAILED",
  "FUNCTIONS_DEPLOYED",
  "FUNCTIONS_FAILED",
] as const;

export interface Branch {
  readonly id: string;
  readonly name: string;
  /** Ref of the branch's own project. */
  readonly ref: string;
  readonly parentRef: string;
  /** Whether it stands for the parent itself. */
  readonly isDefault: boolean;
  readonly persistent: boolean;
  readonly withData: boolean;
  /** One of `BRANCH_STATUSES`, or one that is new. */
  readonly status: string;
  /** State of the branch's project; see `PROJECT_STATUSES`. */
  readonly projectStatus?: string;
  readonly createdAt: Date;
}

export const branchReply = z
  .object({
    id: z.string(),
    name: z.string(),
    project_ref: z.string(),
    parent_project_ref: z.string(),
    is_default: z.boolean(),
    persistent: z.boolean(),
    with_data: z.boolean(),
    status: z.string(),
    preview_project_status: z.string().nullish(),
    created_at: instant,
  })
  .transform(
    (reply): Branch =>
      present({
        id: reply.id,
        name: reply.name,
        ref: reply.project_ref,
        parentRef: reply.parent_project_ref,
        isDefault: reply.is_default,
        persistent: reply.persistent,
        withData: reply.with_data,
        status: reply.status,
        projectStatus: reply.preview_project_status,
        createdAt: reply.created_at,
      }),
  );
