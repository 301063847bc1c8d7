/** A clock for one test that advances only by `pass` and by each pause, until the test's mocks are restored. */
export class FakeTime {
  /** Milliseconds of each pause. */
  readonly pauses: number[] = [];
  private now = 1_800_000_000_000;

  constructor() {
    jest.spyOn(Date, "now").mockImplementation(() => this.now);
    jest.spyOn(globalThis, "setTimeout").mockImplementation(((run: () => void, milliseconds: number) => {
      this.pauses.push(milliseconds);
      this.pass(milliseconds);
      run();
    }) as unknown as typeof setTimeout);
  }

  pass(milliseconds: number): void {
    this.now += milliseconds;
  }
}
