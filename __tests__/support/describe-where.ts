/** Tests that need something of this machine. Where it is missing, one skipped test says so, and why. */
export function describeWhere(missing: string | undefined, name: string, tests: () => void): void {
  if (missing === undefined) describe(name, tests);
  else describe(name, () => testWhere(missing)("every test of it", () => {}));
}

/** `test`, or where something is missing one that is skipped and says why. */
export function testWhere(missing: string | undefined): (name: string, run: () => unknown, timeout?: number) => void {
  if (missing === undefined) return (name, run, timeout) => test(name, run as () => void, timeout);
  return (name) => test.skip(`${name} (${missing})`, () => {});
}
