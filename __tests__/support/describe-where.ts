/** Tests that need something of this machine. Where it is missing they count as skipped, and say why once. */
export function describeWhere(missing: string | undefined, name: string, tests: () => void): void {
  if (missing === undefined) {
    describe(name, tests);
    return;
  }
  // Straight to the terminal: jest folds its own console lines into a stack trace each.
  process.stderr.write(`skipped: ${name}: ${missing}\n`);
  describe.skip(name, tests);
}
