import type { core, z } from "zod";
import { type Finding, findingAt, show, type Verdict } from "./finding";
import { formatPath, type Located, nodeAt, type Path, plain } from "./located";
import { suggestion } from "./nearest";
import { configSchema } from "./schema";
import { explained } from "./schema/fields";
import { type Reading, readParts } from "./sound";

/** Everything that a schema alone can tell about a file: by default, about one environment's merged config. */
export function schemaFindings(root: Located, schema: z.ZodType = configSchema): Finding[] {
  return findingsOf(root, readParts(schema, plain(root)));
}

/** The same of a file that is read already. */
export function findingsOf(root: Located, { issues }: Pick<Reading<unknown>, "issues">): Finding[] {
  return issues.flatMap((issue) => issueFindings(root, issue, []));
}

function issueFindings(root: Located, issue: core.$ZodIssue, parent: Path): Finding[] {
  const path = [...parent, ...(issue.path as (string | number)[])];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => findingAt(root, [...path, key], unknownKey(path, key, issue.message.split(","))));
    case "invalid_key":
      return [findingAt(root, path, badKey(path, issue))];
    case "invalid_union":
      return unionFindings(root, issue, path);
    default:
      return [findingAt(root, path, verdictOn(root, path, issue))];
  }
}

/** Of a union only the branch that was meant complains: the one of the same type, or the discriminator. */
function unionFindings(root: Located, issue: core.$ZodIssueInvalidUnion, path: Path): Finding[] {
  const node = nodeAt(root, path);
  const meant = issue.errors.find((branch) => !branch.some((inner) => inner.path.length === 0 && isOfOtherType(inner)));
  if (meant && node) return meant.flatMap((inner) => issueFindings(root, inner, path));
  // A union of plain values says itself what it takes.
  if (issue.message.includes("\n")) return [findingAt(root, path, verdictOn(root, path, issue))];
  const expected = issue.discriminator ? discriminatorValues(issue) : "public, or a map with scopes";
  const remedy =
    node?.kind === "scalar" && typeof node.value === "string"
      ? `correct it; ${suggestion(node.value, issue.discriminator ? discriminatorWords(issue) : ["public"])}`
      : `write ${expected}`;
  return [findingAt(root, path, { got: show(node && plain(node)), expected, remedy })];
}

function isOfOtherType(issue: core.$ZodIssue): boolean {
  return issue.code === "invalid_type" || issue.code === "invalid_value";
}

function discriminatorWords(issue: core.$ZodIssueInvalidUnion): string[] {
  const { options = [] } = issue as { options?: readonly unknown[] };
  return options.filter((option) => typeof option === "string");
}

function discriminatorValues(issue: core.$ZodIssueInvalidUnion): string {
  return discriminatorWords(issue).join(" or ");
}

function unknownKey(parent: Path, key: string, known: readonly string[]): Verdict {
  return {
    got: `the unknown key ${JSON.stringify(key)}`,
    expected: parent.length === 0 ? "a key of the config" : `a key of ${formatPath(parent)}`,
    remedy: `correct or remove it; ${suggestion(key, known)}`,
  };
}

function badKey(path: Path, issue: core.$ZodIssueInvalidKey): Verdict {
  const { expected, remedy } = explained(issue.issues[0]?.message ?? "");
  return { got: `the name ${show(path.at(-1))}`, expected, remedy };
}

function verdictOn(root: Located, path: Path, issue: core.$ZodIssue): Verdict {
  const node = nodeAt(root, path);
  const { expected, remedy } = explained(issue.message);
  if (node === undefined) {
    return { got: "nothing", expected, remedy: `add ${show(path.at(-1))} here or in base.yaml: ${remedy}` };
  }
  const value = plain(node);
  const isUnquoted = issue.code === "invalid_type" && issue.expected === "string" && typeof value !== "object";
  if (isUnquoted) {
    return {
      got: `the ${typeof value} ${value}`,
      expected,
      remedy: `quote it if it is meant: "${value}"; else ${remedy}`,
    };
  }
  return { got: show(value), expected, remedy };
}
