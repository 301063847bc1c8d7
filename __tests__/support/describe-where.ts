/** Declares tests that need something on this machine. If it is missing, one skipped test names the reason. */
export function describeWhere(missing: string | undefined, name: string, tests: () => void): void {
  if (missing === undefined) describe(name, tests);
  else describe(name, () => testWhere(missing)("every test of it", () => {}));
}

/** `test`, or a skipped test with the reason if something is missing. */
export function testWhere(missing: string | undefined): (name: string, run: () => unknown, timeout?: number) => void {
  if (missing === undefined) return (name, run, timeout) => test(name, run as () => void, timeout);
  return (name) => test.skip(`${name} (${missing})`, () => {});
}
