import type { Input } from "@pulumi/pulumi";
import type { Manifest } from "../../vault/manifest.ts";

/** A role that the target's server is to have. Without a password: a restore never knows one. */
export interface TargetRole {
  readonly name: string;
  /** @default false */
  readonly login?: boolean;
  /** Needs a superuser. @default false */
  readonly bypassRowLevelSecurity?: boolean;
  /** Roles that it is a member of: of the server, or named before it. Given once; what a restore gives later stays. */
  readonly memberOf?: readonly string[];
}

/** An extension that only a superuser may create, so that the restore finds it. */
export interface TargetExtension {
  readonly name: string;
  /** One that an empty database has. Extensions in other schemas come with the point, as their schemas do. @default "public" */
  readonly schema?: string;
}

/** Who owns the database and restores into it; made with a login. */
export interface TargetOwner {
  readonly name: string;
  readonly password: Input<string>;
  /** Whether the restore may make the point's roles by itself, as far as `roles` does not name them. @default false */
  readonly createRole?: boolean;
}

/** What a role may do with the database, or a schema that an empty database has. */
export interface TargetGrant {
  readonly role: string;
  /** @default the database itself */
  readonly schema?: string;
  /** E.g. `["CONNECT", "TEMPORARY"]`, `["USAGE"]`. What it had beside is taken away. */
  readonly privileges: readonly string[];
}

/** An existing PostgreSQL server. */
export interface ServerTargetArgs {
  readonly kind: "server";
  readonly host: Input<string>;
  /** @default 5432 */
  readonly port?: Input<number>;
  /** Who makes database and roles: a superuser, or a role with CREATEDB and CREATEROLE. */
  readonly username: Input<string>;
  /** A secret of the stack's configuration; encrypted in the state. */
  readonly password: Input<string>;
  /** Whether `username` is a superuser. @default false */
  readonly superuser?: boolean;
  /** How the connection is protected; `disable` only on this machine. @default "verify-full" */
  readonly sslMode?: "verify-full" | "verify-ca" | "require" | "disable";
  /** Of the database that is made; must not exist. */
  readonly database: string;
  /** @default `username`, who makes it and restores into it */
  readonly owner?: TargetOwner;
  /** The database that it is copied from; with one of its own, `locale` is that one's. @default "template0" */
  readonly template?: string;
  /** What the database is made with, as a manifest's `source` tells it. @default UTF8 and the server's locale */
  readonly locale?: Pick<Manifest["source"], "encoding" | "collate" | "ctype">;
  readonly roles?: readonly TargetRole[];
  readonly extensions?: readonly TargetExtension[];
  readonly grants?: readonly TargetGrant[];
}
