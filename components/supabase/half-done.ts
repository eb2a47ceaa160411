/**
 * Something was changed, or may have been, and is not as it should be: what there is now must be saved, so that the
 * next run goes on from there instead of losing it.
 */
export class HalfDone<Outputs extends object> extends Error {
  /** Of the resource, as far as it came. */
  readonly id: string;
  readonly outputs: Outputs;

  constructor(id: string, outputs: Outputs, cause: unknown) {
    super("half done", { cause });
    this.id = id;
    this.outputs = outputs;
  }
}
