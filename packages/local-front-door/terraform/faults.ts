import { type Resource, StackError, UnplayableStack } from "./document";

/**
 * Reports the faults of a stack. The first fault stops a reader, unless `readWhole` collects them. Each reader then
 * continues after an unsupported part, and all faults are thrown together.
 */
export class FaultReader {
  /** By message, while they are collected. */
  private faults: Map<string, StackError> | undefined;

  protected get gathersFaults(): boolean {
    return this.faults !== undefined;
  }

  /** Reads the whole stack. @throws UnplayableStack with every fault, if there is one */
  readWhole<T>(read: () => T): T {
    const faults = new Map<string, StackError>();
    this.faults = faults;
    let whole: T | undefined;
    try {
      whole = this.attempt(read);
    } catch (error) {
      // An error that only follows from a part that another reader could not read is not reported again.
      if (faults.size === 0) throw error;
    } finally {
      this.faults = undefined;
    }
    if (faults.size > 0) throw new UnplayableStack([...faults.values()]);
    return whole as T;
  }

  /** Returns a reader's result for a part; undefined if the part is not supported and faults are collected. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (this.faults === undefined || !(error instanceof StackError)) throw error;
      this.faults.set(error.message, error);
      return undefined;
    }
  }

  /** Like `attempt`, for a required part: if it is undefined, `readWhole` throws. */
  part<T>(read: () => T): T {
    return this.attempt(read) as T;
  }

  /** Returns a reader's results for each supported resource. */
  readEach<T>(resources: readonly Resource[], read: (resource: Resource) => T): readonly T[] {
    const each = resources.map((resource) => this.attempt(() => ({ value: read(resource) })));
    return each.flatMap((made) => (made === undefined ? [] : [made.value]));
  }

  /** Reports a fault. Reading continues if faults are collected, and stops otherwise. */
  fault(address: string, message: string): void {
    this.attempt(() => {
      throw new StackError(address, message);
    });
  }
}
