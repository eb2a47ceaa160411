import type { ApiCall } from "./api-call.ts";

export interface CallName {
  /** `GET /v1/projects/{ref}`: stable, for programs. */
  readonly endpoint: string;
  /** For a person: the endpoint and what it was asked about. */
  readonly text: string;
}

/** Names a call in messages: the endpoint as documented, then the project or organization. */
export function describeCall({
  method,
  path,
  parameters = {},
}: Pick<ApiCall<unknown>, "method" | "path" | "parameters">): CallName {
  const endpoint = `${method} ${path}`;
  const { ref, slug } = parameters;
  if (ref !== undefined) return { endpoint, text: `${endpoint} for project ${ref}` };
  if (slug !== undefined) return { endpoint, text: `${endpoint} for organization ${slug}` };
  const [other] = Object.entries(parameters);
  return { endpoint, text: other ? `${endpoint} for ${other[1]}` : endpoint };
}
