import * as pulumi from "@pulumi/pulumi";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { runLocally } from "../jobs/local-script.ts";
import type { StackFacts } from "../stack-facts.ts";
import { declareRdsTarget, type RdsTargetArgs } from "./rds-target.ts";
import { declareServerTarget } from "./server-target.ts";
import type { ServerTargetArgs } from "./server-target-args.ts";
import { declareSupabaseTarget, type SupabaseTargetArgs } from "./supabase-target.ts";
import type { DeclaredTarget, TargetAddress } from "./target-address.ts";
import type { TargetPurpose } from "./target-purpose.ts";

export interface PreFlight {
  /** The project's plan as JSON. */
  readonly plan: string;
  /** Id of the point, `latest` or `latest-verified`. @default "latest" */
  readonly point?: string;
}

interface CommonArgs {
  /** Name of the environment, a slug. */
  readonly environment: string;
  /** Whose points are restored into it. */
  readonly project: ProjectPlan;
  readonly purpose: TargetPurpose;
  readonly facts: StackFacts;
  /** Environment variable in which the commands find the target's URL. @default "TARGET_URL" */
  readonly urlVariable?: string;
  /**
   * Checks, when the target is there, that the point can be restored into it, and writes nothing. It runs where
   * `pulumi up` runs, which must have the target's URL in `urlVariable` and reach target and vault; it reads the whole
   * point. Of a target whose address is not known before it is made, switch it on in a second run.
   * @default no check; `npm run restore -- … --dry-run` is the same by hand
   */
  readonly preFlight?: PreFlight;
}

export type RestoreTargetArgs = CommonArgs & (ServerTargetArgs | RdsTargetArgs | SupabaseTargetArgs);

/** The whole point is read. */
const LONGEST_PRE_FLIGHT = "24h";

/**
 * An empty database that a point is restored into: on a server that exists, on RDS, or in a new Supabase project. Made
 * for a drill, it can be destroyed without a trace; made for a recovery, it is protected, as it is production after the
 * cut-over. Nothing that it tells is secret: who restores puts the URL together, password included, into `urlVariable`.
 *
 * An existing server costs nothing more. RDS costs by the hour and size, from about 0.07 US dollars for a small one;
 * a Supabase project by the hour and compute size.
 * @see https://aws.amazon.com/rds/postgresql/pricing/
 */
export class RestoreTarget extends pulumi.ComponentResource {
  readonly kind: RestoreTargetArgs["kind"];
  readonly purpose: TargetPurpose;
  readonly address: TargetAddress;
  readonly urlVariable: string;
  /** Of kind `rds`: ARN of the secret with the master's name and password. */
  readonly masterSecretArn: pulumi.Output<string> | undefined;
  /** Of kind `supabase`: the project's reference. */
  readonly ref: pulumi.Output<string> | undefined;

  /** @throws HoldfastError TARGET_ROLES_WRONG, ADOPTED_BY_DRILL, TARGET_TOO_SMALL_FOR_PITR (exit 2) */
  constructor(name: string, args: RestoreTargetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:restore:RestoreTarget", name, {}, opts);
    this.kind = args.kind;
    this.purpose = args.purpose;
    this.urlVariable = args.urlVariable ?? "TARGET_URL";
    let declared: DeclaredTarget;
    if (args.kind === "server") {
      declared = declareServerTarget(name, args, args.purpose, this);
    } else if (args.kind === "rds") {
      const made = declareRdsTarget(name, args, { ...args, parent: this });
      this.masterSecretArn = made.masterSecretArn;
      declared = made;
    } else {
      const made = declareSupabaseTarget(name, args, args.purpose, this);
      this.ref = made.ref;
      declared = made;
    }
    this.address = declared.address;
    if (args.preFlight !== undefined) this.#check(name, args, args.preFlight, declared);
    this.registerOutputs({
      kind: this.kind,
      purpose: this.purpose,
      ...this.address,
      urlVariable: this.urlVariable,
      masterSecretArn: this.masterSecretArn,
      ref: this.ref,
    });
  }

  #check(
    name: string,
    args: CommonArgs,
    { plan, point = "latest" }: PreFlight,
    target: DeclaredTarget,
  ): void {
    const { host, port, database } = target.address;
    const options = ["--plan", "env:HOLDFAST_PLAN", "--project", args.project.name, "--dry-run", "--json"];
    const given = ["--target-env", this.urlVariable, "--point", '"$POINT"', "--confirm", '"$DATABASE"'];
    runLocally(
      `${name}-pre-flight`,
      {
        command: ["scripts/restore.ts", ...options, ...given],
        plan,
        variables: { POINT: point, DATABASE: database },
        triggers: [host, pulumi.interpolate`${port}`, database, point],
        timeout: LONGEST_PRE_FLIGHT,
      },
      { parent: this, dependsOn: [...target.resources] },
    );
  }
}
