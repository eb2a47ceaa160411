/** The last part of a role's ARN: an account has no two roles of one name. */
export const roleName = (arn = "no role"): string => arn.split("/").at(-1) ?? arn;
