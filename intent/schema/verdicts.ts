import type { core } from "zod";
import { suggestion } from "../model/nearest";
import { show, type Verdict } from "../source/finding";
import { formatPath, type Path } from "../source/located";
import { explained } from "./fields";

/** The verdict on a value that its schema rejects. */
export function wrongValue(issue: core.$ZodIssue, value: unknown, fits: (other: unknown) => boolean): Verdict {
  const { expected, remedy } = explained(issue.message);
  const text = String(value);
  if (typeof value === "string" && isUnquotable(value, fits)) {
    return { got: `the text ${show(value)}`, expected, remedy: `remove the quotes: ${text}` };
  }
  const slip = typeof value === "string" ? slipIn(value, fits) : undefined;
  if (slip !== undefined) return { got: show(value), expected, remedy: slip };
  if (typeof value === "string" && fits([value])) {
    return { got: show(value), expected, remedy: `write a list: [${show(value)}]` };
  }
  if (issue.code === "invalid_type" && issue.expected === "string" && typeof value !== "object") {
    return {
      got: `the ${typeof value} ${text}`,
      expected,
      remedy: fits(text) ? `write it in quotes: "${text}"` : remedy,
    };
  }
  return { got: show(value), expected, remedy };
}

/** Syntax of other languages, and units, that YAML reads as part of the text. */
const SLIPS: readonly (readonly [pattern: RegExp, remedy: string])[] = [
  [/^(.*),$/, "remove the comma: YAML ends a value at the end of the line"],
  [/^(.*?)\s*(?:\/\/|;).*$/, "write comments after a space and #"],
  [/^(\d+) ?(?:ms|[smhd]|sec|min|seconds?|minutes?|hours?|days?)$/, "write the number alone: the key names its unit"],
  [/^[\u2018-\u201f](.*)[\u2018-\u201f]$/, 'write straight quotes, as in "text"'],
];

function slipIn(text: string, fits: (other: unknown) => boolean): string | undefined {
  const found = SLIPS.find(([pattern]) => {
    const [, rest] = pattern.exec(text) ?? [];
    return rest !== undefined && [rest, Number(rest), rest === "true"].some(fits);
  });
  return found?.[1];
}

/** Whether a quoted text is a number or boolean of the expected type, even if out of range. */
function isUnquotable(text: string, fits: (other: unknown) => boolean): boolean {
  if (text === "true" || text === "false") return fits(text === "true");
  return /^-?\d+(\.\d+)?$/.test(text) && [Number(text), 1, 30, 1024].some(fits);
}

/** A required key that neither the overlay nor the base sets. */
export function missingKey({ message }: core.$ZodIssue, key: string, where: string): Verdict {
  const { expected, remedy } = explained(message);
  return { got: "nothing", expected, remedy: `add ${show(key)} ${where}: ${remedy}` };
}

/** A missing or wrong discriminator. */
export function wrongWord(value: unknown, words: readonly string[]): Verdict {
  const remedy = typeof value === "string" ? `correct it; ${suggestion(value, words)}` : `write ${words.join(" or ")}`;
  return { got: show(value), expected: words.join(" or "), remedy };
}

export function unknownKey(parent: Path, key: string, remedy: string): Verdict {
  const whose = parent.length === 0 ? "the config" : formatPath(parent);
  return { got: `the unknown key ${show(key)}`, expected: `a key of ${whose}`, remedy };
}

/** A map of a different kind than its place expects, usually because it is indented too deep. */
export function foreignMap(keys: readonly string[], known: readonly string[], remedy: string): Verdict {
  return { got: `a map of ${listed(keys)}`, expected: `a map with keys of ${known.join(", ")}`, remedy };
}

/** `[orders/read orders/write]`: YAML separates entries only by commas. */
export function entriesInARow(parts: readonly string[]): Verdict {
  const got = `${parts.length} entries without commas between them, ${show(parts.join(" "))}`;
  return { got, expected: "a comma between two entries", remedy: `write ${parts.join(", ")}` };
}

export function badName(name: string, { message }: core.$ZodIssue): Verdict {
  return { got: `the name ${show(name)}`, ...explained(message) };
}

/** The first few of them. */
export function listed(keys: readonly string[]): string {
  return keys.length > 4 ? `${keys.slice(0, 3).join(", ")} and ${keys.length - 3} more` : keys.join(", ");
}
