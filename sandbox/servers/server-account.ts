import { execFileSync } from "node:child_process";
import { HoldfastError } from "../../plan/holdfast-error.ts";

/** The operating-system account that a server runs under. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** Accounts that nearly every system has, in order of preference. */
const CANDIDATES = ["postgres", "nobody", "daemon", "bin"] as const;

function lookUpAccount(name: string): ServerAccount | undefined {
  const id = (flag: string): number =>
    Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  try {
    const account = { uid: id("-u"), gid: id("-g") };
    return Number.isInteger(account.uid) && account.uid > 0 ? account : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The account PostgreSQL must run under: `undefined` for an ordinary user (it runs as the caller), another
 * account when the caller is root, whom PostgreSQL refuses. A bare number without an entry in the password
 * database does not do: initdb looks its own name up.
 *
 * @param callerUid uid of the calling process; `undefined` on systems without uids
 * @param lookUp finds an account by name, `undefined` when there is none
 * Errors: `NO_SERVER_ACCOUNT` when root has no other account to use.
 * @see https://www.postgresql.org/docs/current/postgres-user.html
 */
export function serverAccount(
  callerUid: number | undefined = process.getuid?.(),
  lookUp: (name: string) => ServerAccount | undefined = lookUpAccount,
): ServerAccount | undefined {
  if (callerUid !== 0) return undefined;
  for (const name of CANDIDATES) {
    const account = lookUp(name);
    if (account) return account;
  }
  throw new HoldfastError({
    code: "NO_SERVER_ACCOUNT",
    message: `PostgreSQL refuses to run as root, and none of the accounts ${CANDIDATES.join(", ")} exists`,
    hint: "Create one with: useradd --system --no-create-home postgres",
  });
}
