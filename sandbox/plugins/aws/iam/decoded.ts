/** A policy as IAM tells it: percent-encoded by AWS, and plain by those that stand in for it. */
export function decoded(policy: string): string {
  return policy.startsWith("{") ? policy : decodeURIComponent(policy);
}
