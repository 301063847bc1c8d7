import { matchesExactly, patternOfKey } from "../../../../contract/route-pattern";

/**
 * The route that API Gateway documents for a request: of the keys that match by whole segments and case, a literal
 * before a variable before a greedy one.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html The path is decoded once
 * first. A path that cannot be decoded has no route.
 */
export function gatewayRoute(keys: readonly string[], method: string, target: string): string | undefined {
  const path = decoded(target.split("?")[0] ?? "");
  if (path === undefined) return undefined;
  const matching = keys.filter((key) => key.startsWith(`${method} `) && matchesExactly(patternOfKey(key), path));
  return matching.sort((one, other) => (rank(one) < rank(other) ? -1 : 1))[0];
}

/** @returns undefined if an escape is invalid */
export function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function rank(key: string): string {
  const order = { literal: "0", variable: "1", greedy: "2" };
  return patternOfKey(key)
    .segments.map(({ kind }) => order[kind])
    .join("");
}
