/**
 * The version of the Pulumi command line whose protocol and semantics this engine follows: what programs and the
 * Automation API see when they ask for it.
 */
export const ENGINE_VERSION = "3.260.0";
