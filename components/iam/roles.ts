import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { declaresVault } from "../../plan/declares-vault.ts";
import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";
import { isHeardAcross } from "../monitoring/is-heard-across.ts";
import type { StackFacts } from "../stack-facts.ts";
import type { VaultKeys } from "../vault/vault-keys.ts";
import { auditorPolicy } from "./auditor-policy.ts";
import { breakGlassPolicy } from "./break-glass-policy.ts";
import { drillerPolicy } from "./driller-policy.ts";
import { executionPolicy } from "./execution-policy.ts";
import { forwarderPolicy } from "./forwarder-policy.ts";
import { type PolicyStatement, policyDocument } from "./policy-document.ts";
import { readingSecrets } from "./reading-secrets.ts";
import { replicatorPolicy } from "./replicator-policy.ts";
import { restorerPolicy } from "./restorer-policy.ts";
import { type RoleKind, roleName } from "./role-name.ts";
import { RoleScope } from "./role-scope.ts";
import { schedulerPolicy } from "./scheduler-policy.ts";
import { sweeperPolicy } from "./sweeper-policy.ts";
import { syncerPolicy } from "./syncer-policy.ts";
import { TRUST_EVENTS, TRUST_S3, trustAccount, trustService } from "./trust-policy.ts";
import { watcherPolicy } from "./watcher-policy.ts";
import { writerPolicy } from "./writer-policy.ts";

export interface RolesArgs {
  /** Name of the environment, a slug; part of each role's name. */
  readonly environment: string;
  readonly vault: ProtectionPlan["vault"];
  /** Whose prefixes and encryption contexts the roles are bound to. */
  readonly projects: readonly ProjectPlan[];
  readonly keys: Pick<VaultKeys, "keyArn" | "replicaKeyArn" | "signingKeyArn">;
  /** The key of dead-letter queues. */
  readonly operationsKeyArn: pulumi.Input<string>;
  /** Secrets that ECS puts into the environment of tasks. What jobs read by themselves, the plan says. */
  readonly secretArns: readonly pulumi.Input<string>[];
  /** That of the tasks, where the plan names one. */
  readonly image?: string | undefined;
  /** What the watch and drills reach beside vault and databases. */
  readonly supabase?: ProtectionPlan["supabase"];
  readonly alerts?: ProtectionPlan["alerts"];
  readonly drills?: ProtectionPlan["drills"];
  readonly facts: StackFacts;
}

const TASKS = ["ecs-tasks"] as const;
/** A shift: restores of large databases take hours. */
const LONGEST_SESSION_SECONDS = 12 * 3600;
const HOUR_SECONDS = 3600;

/**
 * One role for each thing that is done, each with what its calls need and no more, bound to the projects' prefixes and
 * to the encryption context of what they encrypted. No role both writes and opens recovery points; none but break-glass
 * gets past a lock. Roles cost nothing.
 *
 * `writer`, `syncer`, `sweeper`, `watcher` and `driller` are for tasks alone; `restorer` and `auditor` also for people of the account,
 * `break-glass` for people alone: `restorer` and `break-glass` ask for a second factor.
 */
export class Roles extends pulumi.ComponentResource {
  /** Takes recovery points. */
  readonly writer: iam.Role;
  /** Mirrors stored objects. */
  readonly syncer: iam.Role;
  /** Restores and verifies. */
  readonly restorer: iam.Role;
  /** Sees settings, manifests and evidence. */
  readonly auditor: iam.Role;
  /** Clears what dead runs left. */
  readonly sweeper: iam.Role;
  /** Sees what is stored, and remembers it. */
  readonly watcher: iam.Role;
  /** Rehearses recoveries: what `restorer` may, and the state of ephemeral stacks. */
  readonly driller: iam.Role;
  readonly breakGlass: iam.Role;
  /** What S3 copies to the replica with; absent without one. */
  readonly replicator: iam.Role | undefined;
  /** What EventBridge tells of calls in the replica's region with; absent without such a replica. */
  readonly forwarder: iam.Role | undefined;
  /** What schedules and state machines start tasks with. */
  readonly scheduler: iam.Role;
  /** What ECS starts tasks with. */
  readonly execution: iam.Role;
  readonly #name: string;
  readonly #args: RolesArgs;

  constructor(name: string, args: RolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:iam:Roles", name, {}, opts);
    this.#name = name;
    this.#args = args;
    const { environment, vault, projects, facts } = args;
    const scope = new RoleScope(args);
    // A store outside AWS knows none of these: its own credentials come to the jobs as secrets.
    const inVault = (policy: (scope: RoleScope) => PolicyStatement[]) =>
      declaresVault(vault) ? policy(scope) : [];
    const tasks = trustService(facts, TASKS);
    const connections = projects.map(({ connection }) => connection);
    const access = projects.map(({ storageAccess }) => storageAccess);
    const { signing } = vault.keys;
    this.writer = this.#role(
      "writer",
      [tasks],
      [...inVault(writerPolicy), ...readingSecrets([connections, signing])],
    );
    this.syncer = this.#role(
      "syncer",
      [tasks],
      [...inVault(syncerPolicy), ...readingSecrets([connections, access, signing])],
    );
    this.restorer = this.#role(
      "restorer",
      [tasks, trustAccount(facts, LONGEST_SESSION_SECONDS)],
      [...inVault(restorerPolicy), ...readingSecrets([projects, signing])],
      LONGEST_SESSION_SECONDS,
    );
    this.auditor = this.#role("auditor", [tasks, trustAccount(facts)], inVault(auditorPolicy));
    this.sweeper = this.#role("sweeper", [tasks], inVault(sweeperPolicy));
    const token = projects.some(({ kind }) => kind === "supabase") ? args.supabase?.accessToken : undefined;
    this.watcher = this.#role(
      "watcher",
      [tasks],
      [...inVault(watcherPolicy), ...readingSecrets([token, args.alerts?.chatWebhook, signing])],
    );
    this.driller = this.#role(
      "driller",
      [tasks],
      [
        ...inVault((all) => drillerPolicy(all, args.drills?.backend)),
        ...readingSecrets([token, args.drills, projects.map(({ drills }) => drills), signing]),
      ],
    );
    this.breakGlass = this.#role(
      "break-glass",
      [trustAccount(facts, HOUR_SECONDS)],
      inVault(breakGlassPolicy),
    );
    this.replicator = this.#replicator(scope);
    this.forwarder = isHeardAcross(vault)
      ? this.#role("forwarder", [TRUST_EVENTS], forwarderPolicy(scope))
      : undefined;
    this.scheduler = this.#role(
      "scheduler",
      [trustService(facts, ["scheduler", "states"])],
      schedulerPolicy(facts, environment, args.operationsKeyArn),
    );
    this.execution = this.#role(
      "execution",
      [tasks],
      executionPolicy(facts, environment, args.secretArns, args.image),
    );
    this.registerOutputs({
      writerArn: this.writer.arn,
      syncerArn: this.syncer.arn,
      restorerArn: this.restorer.arn,
      auditorArn: this.auditor.arn,
      sweeperArn: this.sweeper.arn,
      watcherArn: this.watcher.arn,
      drillerArn: this.driller.arn,
      breakGlassArn: this.breakGlass.arn,
    });
  }

  #replicator(scope: RoleScope): iam.Role | undefined {
    const { vault } = this.#args;
    if (!declaresVault(vault) || vault.replicaRegion === undefined || scope.replicaBucketArn === undefined)
      return undefined;
    const replica = { bucketArn: scope.replicaBucketArn, region: vault.replicaRegion, home: vault.region };
    return this.#role("replicator", [TRUST_S3], replicatorPolicy(scope, replica));
  }

  #role(
    kind: RoleKind,
    trust: readonly PolicyStatement[],
    policy: readonly PolicyStatement[],
    maxSessionDuration: number = HOUR_SECONDS,
  ): iam.Role {
    const { environment, facts } = this.#args;
    const role = new iam.Role(
      `${this.#name}-${kind}`,
      {
        name: roleName(environment, kind),
        description: `Holdfast ${environment}: ${kind}`,
        assumeRolePolicy: policyDocument(trust),
        maxSessionDuration,
        forceDetachPolicies: false,
        tags: { ...facts.tags, "holdfast:component": "Roles" },
      },
      // The name is fixed: a second role could not be made beside the first.
      { parent: this, deleteBeforeReplace: true },
    );
    if (policy.length > 0) {
      new iam.RolePolicy(
        `${this.#name}-${kind}-policy`,
        { role: role.name, name: kind, policy: policyDocument(policy) },
        { parent: this, deleteBeforeReplace: true },
      );
    }
    return role;
  }
}
