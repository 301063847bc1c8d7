/** Stands for the name of an environment in a text that several environments share. */
const NAME = "ENV";

/** One environment's report as text. */
export interface NamedText {
  readonly environment: string;
  readonly text: string;
}

/**
 * The texts of reports, in order. Environments whose texts differ only in their own name and in the number of unchanged
 * resources share one, which lists them in its heading.
 */
export function together(reports: readonly NamedText[]): readonly string[] {
  const groups = new Map<string, NamedText[]>();
  for (const report of reports) {
    const key = nameless(report) ?? `${report.environment}\n${report.text}`;
    groups.set(key, [...(groups.get(key) ?? []), report]);
  }
  return [...groups].map(([shared, [first, ...others]]) => {
    if (first === undefined || others.length === 0) return first?.text ?? "";
    const names = [first, ...others].map(({ environment }) => environment).join(", ");
    const [heading = "", ...rest] = shared.replace(NAME, names).split("\n");
    const isNamed = rest.some((line) => line.includes(NAME));
    return [heading, ...(isNamed ? [`${NAME} stands for the name of each.`] : []), ...rest].join("\n").trimEnd();
  });
}

/** The text without its environment's name. Undefined if it has the word that stands for the name. */
function nameless({ environment, text }: NamedText): string | undefined {
  if (text.includes(NAME)) return undefined;
  const name = environment.replace(/[^\w]/g, "\\$&");
  return text
    .replace(new RegExp(`(?<![A-Za-z0-9])${name}(?![A-Za-z0-9])`, "g"), NAME)
    .replace(/\n+\d+ unchanged\b\.?/, "");
}
