/** The options by which a command is told its plan and project; the same everywhere. */
export const PLAN_OPTIONS = {
  stack: { type: "string", placeholder: "NAME", description: "read the plan of Pulumi.<NAME>.yaml" },
  plan: {
    type: "string",
    placeholder: "FILE",
    description: "read the plan of a YAML file, or of the environment variable NAME as env:NAME",
  },
  project: {
    type: "string",
    placeholder: "NAME",
    description: "the project; may be left out when the plan has only one",
  },
} as const;

/** The options by which a command is told how to open points besides the vault's own KMS key. */
export const KEY_OPTIONS = {
  "escrow-key": {
    type: "string",
    placeholder: "FILE",
    description: "open points with this RSA private key (PEM) and without KMS",
  },
  replica: { type: "boolean", description: "read the replica bucket with the replica region's key" },
} as const;
