/** Room in memory that many copies share; whoever asks waits until there is enough, in the order of asking. */
export class ByteBudget {
  readonly #total: number;
  #free: number;
  readonly #waiting: { readonly bytes: number; readonly grant: () => void }[] = [];

  /** @param total bytes, 1 or more */
  constructor(total: number) {
    this.#total = total;
    this.#free = total;
  }

  /**
   * Runs the work once there is room for it. What is larger than the whole runs alone.
   * @param bytes that the work holds at once
   */
  async within<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
    const asked = Math.min(bytes, this.#total);
    await this.#take(asked);
    try {
      return await work();
    } finally {
      this.#free += asked;
      this.#grant();
    }
  }

  #take(bytes: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ bytes, grant: resolve });
    this.#grant();
    return promise;
  }

  #grant(): void {
    for (let first = this.#waiting[0]; first && first.bytes <= this.#free; first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= first.bytes;
      first.grant();
    }
  }
}
