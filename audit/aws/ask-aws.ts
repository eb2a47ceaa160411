import { HoldfastError } from "../../plan/holdfast-error.ts";
import { awsErrorFacts } from "../../vault/aws-error.ts";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import { makeFact } from "../make-fact.ts";

/** What AWS said: a value, that there is none (`absent`), or that the caller may not know. */
export type AwsAnswer<Value> =
  | { readonly is: "told"; readonly value: Value }
  | { readonly is: "absent" }
  | { readonly is: "refused"; readonly permission: string };

/** Names under which AWS's services say that the caller may not. */
const REFUSALS = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "AuthorizationError",
  "AuthorizationErrorException",
  "Forbidden",
  "UnauthorizedOperation",
]);

/**
 * One question.
 * @param permission what it takes, such as `s3:GetBucketVersioning`
 * @param absent names of errors by which AWS says that there is none
 * @throws HoldfastError AWS_CALL_FAILED when there is no answer
 */
export async function askAws<Value>(
  permission: string,
  absent: readonly string[],
  call: () => Promise<Value>,
): Promise<AwsAnswer<Value>> {
  try {
    return { is: "told", value: await call() };
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    const { name, message, httpStatus } = awsErrorFacts(error);
    if (absent.includes(name)) return { is: "absent" };
    if (REFUSALS.has(name) || httpStatus === 403) return { is: "refused", permission };
    throw new HoldfastError({
      code: "AWS_CALL_FAILED",
      message: `AWS did not tell what ${permission} is for: ${name}${message ? `, ${message.slice(0, 200)}` : ""}.`,
      hint: "Check network, region and credentials (aws sts get-caller-identity).",
      cause: error,
    });
  }
}

export interface AnswerInput<Value> {
  readonly project?: string | undefined;
  readonly subject?: string | undefined;
  readonly declared: string;
  readonly answer: AwsAnswer<Value>;
  /** The value in the words of `declared`. */
  readonly words: (value: Value) => string;
  /** What it means that AWS has none. @default absent */
  readonly absent?: string;
  readonly fix?: string | undefined;
}

/** The fact that an answer gives. What is refused is not known to be as declared: PARTIAL. */
export function answerFact<Value>(
  context: AuditContext,
  kind: FactKind,
  { declared, answer, words, absent = "absent", ...about }: AnswerInput<Value>,
): AuditFact {
  if (answer.is === "refused")
    return refusedFact(context, kind, { ...about, declared, permission: answer.permission });
  return makeFact(context, kind, {
    ...about,
    declared,
    actual: answer.is === "absent" ? absent : words(answer.value),
  });
}

export function refusedFact(
  context: AuditContext,
  kind: FactKind,
  about: {
    readonly project?: string | undefined;
    readonly subject?: string | undefined;
    readonly declared: string;
    readonly permission: string;
  },
): AuditFact {
  const { permission, ...rest } = about;
  return makeFact(context, kind, {
    ...rest,
    actual: `not known: ${permission} is refused`,
    verdict: "PARTIAL",
    fix: `Audit with the role holdfast-${context.plan.environment}-auditor, or allow ${permission} to whoever audits.`,
  });
}

/** Where only `pulumi up` after a look at what is there mends it. */
export const UP = "pulumi up --refresh --stack {stack}";
