/**
 * The version of the Pulumi command line whose protocol and semantics this engine follows: what programs and the
 * Automation API see when they ask for it.
 */
export const ENGINE_VERSION = "3.260.0";

/** What the engine adds to its version as a program, so that nobody takes it for the real command line. */
export const ENGINE_MARK = "+holdfast.sandbox";
