import { type Resource, StackError, UnplayableStack } from "./document";

/**
 * How faults of a stack are reported: the first one stops a reader, unless `readWhole` gathers them. Each reader then goes on
 * after what it cannot play, and all faults are thrown together.
 */
export class FaultReader {
  /** By message, while they are gathered. */
  private faults: Map<string, StackError> | undefined;

  protected get gathersFaults(): boolean {
    return this.faults !== undefined;
  }

  /** Reads all of a stack. @throws UnplayableStack with every fault, where there is one */
  readWhole<T>(read: () => T): T {
    const faults = new Map<string, StackError>();
    this.faults = faults;
    let whole: T | undefined;
    try {
      whole = this.attempt(read);
    } catch (error) {
      // What a reader makes of a part that another could not read says nothing of its own.
      if (faults.size === 0) throw error;
    } finally {
      this.faults = undefined;
    }
    if (faults.size > 0) throw new UnplayableStack([...faults.values()]);
    return whole as T;
  }

  /** What a reader makes of a part; undefined where that cannot be played and faults are gathered. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (this.faults === undefined || !(error instanceof StackError)) throw error;
      this.faults.set(error.message, error);
      return undefined;
    }
  }

  /** As `attempt`, for a part that the whole is not without: where it is undefined, `readWhole` throws. */
  part<T>(read: () => T): T {
    return this.attempt(read) as T;
  }

  /** What a reader makes of each resource that can be played. */
  readEach<T>(resources: readonly Resource[], read: (resource: Resource) => T): readonly T[] {
    const each = resources.map((resource) => this.attempt(() => ({ value: read(resource) })));
    return each.flatMap((made) => (made === undefined ? [] : [made.value]));
  }

  /** A fault after which the reading goes on where faults are gathered, and stops elsewhere. */
  fault(address: string, message: string): void {
    this.attempt(() => {
      throw new StackError(address, message);
    });
  }
}
