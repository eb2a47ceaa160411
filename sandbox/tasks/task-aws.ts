/** AWS as the task meets it. */
export interface TaskAws {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The settings of a client of the task's AWS. */
export function clientOf({ endpoint, region, ...credentials }: TaskAws) {
  return { endpoint, region, credentials };
}
