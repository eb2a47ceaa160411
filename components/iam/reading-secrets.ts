import type { PolicyStatement } from "./policy-document.ts";
import { secretArns } from "./secret-arns.ts";

/** Reading secrets that the plan names by ARN, which jobs do by themselves. */
export function readingSecrets(parts: unknown): PolicyStatement[] {
  const Resource = secretArns(parts);
  if (Resource.length === 0) return [];
  return [{ Sid: "ReadSecrets", Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource }];
}
