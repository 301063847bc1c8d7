import type { Why } from "../../intent/schema/openapi/left-out";
import type { LeftOutOfEnvironment } from "../../intent/schema/read-config";
import { groupedBy } from "../../packages/terraform-access-review/terraform-json/order";

/** One line of the table. */
interface Row {
  readonly subject: string;
  readonly part: string;
  readonly why: string;
  readonly place: string;
}

const COLUMNS = { subject: "operation", part: "left out", why: "because", place: "place" } as const;

/**
 * What the front door does not take from OpenAPI documents: one table for each service's document, over all environments.
 * Empty if nothing is left out.
 */
export function leftOutTables(leftOut: readonly LeftOutOfEnvironment[]): readonly string[] {
  const byDocument = groupedBy(leftOut, ({ service, document }) => `${service} ${document}`);
  return [...byDocument.values()].flatMap((parts) => {
    const [{ service, document } = { service: "", document: "" }] = parts;
    return [`${service}: left out of ${document}:`, ...lines(rowsOf(parts)), HOW_TO_ALLOW];
  });
}

const HOW_TO_ALLOW =
  "    Nothing in this table gives access. To open an operation, write its route with scopes in config, or change the document.";

/** Alternatives that many operations have for the same reason are one row. */
function rowsOf(parts: readonly LeftOutOfEnvironment[]): readonly Row[] {
  const environments = new Set(parts.map(({ environment }) => environment));
  const alike = groupedBy(parts, ({ environment: _, ...part }) => JSON.stringify(part));
  const once = [...alike.values()].flatMap((each) => {
    const names = each.map(({ environment }) => environment);
    const [part] = each;
    return part ? [{ part, only: names.length < environments.size ? ` (${names.join(", ")})` : "" }] : [];
  });
  const keyOf = ({ part: { part, subject, why }, only }: (typeof once)[number]) =>
    JSON.stringify([part, why, only, part === "alternative" || part === "callbacks" ? "" : subject]);
  return [...groupedBy(once, keyOf).values()].flatMap((each) => {
    const [first] = each;
    if (first === undefined) return [];
    const { subject, part, why, origin } = first.part;
    const more = each.length === 1 ? "" : ` and ${each.length - 1} more`;
    const place = `${origin.file.replace(/^.*\//, "")}:${origin.line}`;
    return [{ subject: `${subject}${more}${first.only}`, part, why: [...new Set(why.map(reason))].join("; "), place }];
  });
}

function lines(rows: readonly Row[]): readonly string[] {
  const keys = ["subject", "part", "why", "place"] as const;
  const all: readonly Row[] = [COLUMNS, ...rows];
  const widths = keys.map((key) => Math.max(...all.map((row) => row[key].length)));
  return all.map((row) => `    ${keys.map((key, index) => row[key].padEnd(widths[index] ?? 0)).join("  ")}`.trimEnd());
}

/** @returns a reason, without its operation */
function reason(why: Why): string {
  switch (why.kind) {
    case "no-security":
      return "no security";
    case "public":
      return why.isDefault ? "public by the document's default" : "public, which config does not allow";
    case "scheme":
      return `${why.scheme} is ${why.type}${why.place === undefined ? "" : ` in ${why.place}`}, without scopes`;
    case "several-schemes":
      return `${why.schemes.join(" and ")} together: a call has one token`;
    case "no-scope":
      return `${why.scheme} without a scope: any token would do`;
    case "servers":
      return "servers of its own";
    case "method":
      return `no ${why.method} at API Gateway`;
    case "outgoing":
      return "the service makes these calls";
  }
}
