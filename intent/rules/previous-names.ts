import type { Rule } from "../derived/rule";
import type { Path } from "../source/located";

/** A former name must not be reused: two declarations would have the same Terraform address. */
export const previousNamesAreGone: Rule = ({ services, clients }, report) => {
  const check = (path: Path, entries: Iterable<readonly [string, unknown]>) => {
    const all = [...entries];
    const keys = all.map(([key]) => key);
    const before = all.map(([, entry]) => previousNameIn(entry));
    for (const [index, name] of before.entries()) {
      if (name === undefined) continue;
      const key = keys[index] ?? "";
      const other = keys.includes(name) ? name : keys.find((_, at) => at !== index && before[at] === name);
      if (other === undefined) continue;
      report([...path, key, "previousName"], {
        got: `${JSON.stringify(name)}, which is ${other === name ? "a name in use" : `the former name of ${other} too`}`,
        expected: "a name that nothing else has or had",
        remedy: other === key ? "remove it: the name has not changed" : `correct it, or rename ${other}`,
      });
    }
  };
  check(["services"], services);
  check(["clients"], clients);
  for (const [id, { routes }] of services) check(["services", id, "routes"], routes);
};

function previousNameIn(entry: unknown): string | undefined {
  if (typeof entry !== "object" || entry === null || !("previousName" in entry)) return undefined;
  return typeof entry.previousName === "string" ? entry.previousName : undefined;
}
