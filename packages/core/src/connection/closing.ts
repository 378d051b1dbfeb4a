/** The end of a channel: what it promised to those who closed it. */
export class Closing {
  /** True where a connection was open when it closed. */
  wasOpen = false;
  #promise: Promise<void> | undefined;
  #resolve: () => void = () => {};

  /** True from the first {@link begin} on, unless it was given up. */
  get hasBegun(): boolean {
    return this.#promise !== undefined;
  }

  /** Begins; resolves with {@link end} or {@link giveUp}. */
  begin(): Promise<void> {
    this.#promise ??= new Promise((resolve) => {
      this.#resolve = resolve;
    });
    return this.#promise;
  }

  /** It is closed. */
  end(): void {
    this.#resolve();
  }

  /** It stays open after all; who waited for the end waits no longer. */
  giveUp(): void {
    this.#promise = undefined;
    this.#resolve();
  }
}
