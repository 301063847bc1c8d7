/** One request in Envoy's access log, in the format that the stack declares. */
export interface AccessLine {
  /** Request id, which also joins the line to Cloud Run's own log. */
  readonly trace: string;
  /** Whether the request reached the app. */
  readonly allowed: boolean;
  /** In words. */
  readonly reason: string;
  /** Name of the caller: `customers/web`. */
  readonly client?: string;
  /** Name of the party that acts for the token's subject. */
  readonly actor?: string;
  /** Key of the matched route. */
  readonly route?: string;
}

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^jwt_authn_access_denied\{Jwt_is_missing\}$/, "there is no token"],
  [/^jwt_authn_access_denied\{(.*)\}$/, "the token: $1"],
  [/^rbac_access_denied_matched_policy\[none\]$/, "the caller, or who acts for it, is not declared or lacks the scope"],
  [/^direct_response$/, "servers could read the path differently, or the body is too large"],
  [/^route_not_found$/, "the service has no such route"],
];

/** Undefined if it is not an access log line. */
export function readAccessLine(text: string): AccessLine | undefined {
  const line = parsed(text);
  const { why, status, flags, route, client, actor } = line ?? {};
  const trace = line?.["logging.googleapis.com/trace"];
  if (typeof why !== "string" || typeof trace !== "string") return undefined;
  const allowed = why === "via_upstream";
  const words = WORDS.find(([pattern]) => pattern.test(why));
  const said = words === undefined ? why : why.replace(words[0], words[1]).replaceAll("_", " ");
  const where = typeof route === "string" ? `, route ${route}` : "";
  const flagged = typeof flags === "string" && flags !== "-" ? ` (${flags})` : "";
  return {
    trace: trace.split("/").at(-1) ?? "",
    allowed,
    reason: `${status}${where}: ${allowed ? "forwarded to the app" : said}${flagged}`,
    ...(typeof client === "string" && client !== "-" && { client }),
    ...(typeof actor === "string" && actor !== "-" && { actor }),
    ...(typeof route === "string" && { route }),
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
