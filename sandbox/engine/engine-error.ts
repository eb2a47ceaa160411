/** What the engine tells the person who ran a command: printed as `error: …`, without a stack. */
export class EngineError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EngineError";
  }
}

/**
 * The refusal of something that Pulumi has and this engine does not.
 * @param what the feature, by the name that its user knows
 */
export function unsupported(what: string): EngineError {
  return new EngineError(`${what} is not supported by the sandbox engine; install Pulumi to use it`);
}
