import { declaresVault } from "../../plan/declares-vault.ts";
import type { AuditSource } from "../audit-source.ts";
import { declaredStack } from "../declared/declared-stack.ts";
import { DELETER_KINDS, deleterFacts } from "../roles/deleter-facts.ts";
import { ROLE_KINDS, roleFacts } from "../roles/role-facts.ts";

/** What the environment's roles may, and who else in the account could delete from the vault or end its keys. */
export const rolesSource: AuditSource = {
  name: "roles",
  kinds: [...ROLE_KINDS, ...DELETER_KINDS],
  async *read(context) {
    if (!declaresVault(context.plan.vault)) return;
    const stack = await declaredStack(context);
    yield* roleFacts(context, stack);
    yield* deleterFacts(context, stack);
  },
};
