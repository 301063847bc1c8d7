import { type CloudWatchQuery, type Condition, type LoggingQuery, requireQueryable } from "./log-source";
export function insightsText({ where, limit }: Pick<CloudWatchQuery, "limit" | "where">): string {
  const conditions = where.map(({ field, how, values }) => {
    const compared = values.map(requireQueryable).map((value) => {
      if (how === "startsWith") return `${field} like /^${requireWord(value)}/`;
      return how === "contains" ? `strcontains(${field}, "${value}")` : `${field} = "${value}"`;
    });
    return anyOf(compared, "or");
  });
  const parts = ["fields @timestamp, @message, @log", `filter ${conditions.join(" and ")}`];
  return [...parts, "sort @timestamp desc", `limit ${limit}`].join(" | ");
}

/** The text of a Cloud Logging filter. */
export function loggingFilter({ logs, where, from, to }: Omit<LoggingQuery, "limit">): string {
  return [
    ...(logs === undefined
      ? []
      : [
          anyOf(
            logs.map((id) => `log_id("${requireQueryable(id)}")`),
            "OR",
          ),
        ]),
    ...where.map(conditionText),
    `timestamp>="${new Date(from).toISOString()}"`,
    `timestamp<="${new Date(to).toISOString()}"`,
  ].join(" AND ");
}

function conditionText({ field, how, values }: Condition): string {
  const compared = values.map(requireQueryable).map((value) => {
    if (how === "startsWith") return `${field}=~"^${requireWord(value)}"`;
    if (how === "contains") return `${field}:"${value}"`;
    // The only number among the fields.
    return field === "httpRequest.status" ? `${field}=${requireWord(value)}` : `${field}="${value}"`;
  });
  return anyOf(compared, "OR");
}

function anyOf(conditions: readonly string[], or: string): string {
  return conditions.length === 1 ? (conditions[0] ?? "") : `(${conditions.join(` ${or} `)})`;
}

/** Part of a regular expression. */
function requireWord(text: string): string {
  if (/^\w+$/.test(text)) return text;
  throw new Error(`${JSON.stringify(text)} cannot be the start of a text in a query`);
}
