import { clashes } from "../derived/clashes";
import { issuersOf, type Rule } from "../derived/draft";
import { validRoutes } from "../derived/route-key";
import { askedScopes } from "../derived/scopes";
import { countedCallers } from "../derived/usage-plans";
import { scopesByServer } from "../model/cognito-scopes";
import { restResources } from "../model/rest-resources";
import type { Report } from "../source/finding";
import type { Path } from "../source/located";

/** One declaration of the stack, and the place in the config from which its Terraform address is derived. */
interface Declared {
  /** The address without its type. */
  readonly name: string;
  readonly path: Path;
  /** `the scopes of c at the issuer a-b`. */
  readonly what: string;
}

/**
 * Ids separate words by dashes, addresses only by `_`. In an address of two ids, `a` and `b-c` give the same result as
 * `a-b` and `c`.
 */
export const resourceServersDiffer: Rule = (draft, report) => {
  const names = [...scopesByServer(askedScopes(draft)).keys()];
  const servers = issuersOf(draft, "cognito").flatMap(([issuer]) =>
    names.map((server) => ({
      name: `${issuer}-${server}`,
      path: ["issuers", issuer],
      what: `the scopes of ${server} at the issuer ${issuer}`,
    })),
  );
  reportAlike("aws_cognito_resource_server", servers, "rename the issuer", report);
};

/** Each caller listed by an issuer has its own usage key, named after the issuer and the caller. */
export const usageKeysDiffer: Rule = (draft, report) => {
  const keys = countedCallers(draft).map(({ address: name, path, what }) => ({
    name,
    path,
    what: `the usage of ${what}`,
  }));
  reportAlike("aws_api_gateway_api_key", keys, "rename the client or the issuer", report);
};

/**
 * With CORS, each path of a REST API has an OPTIONS method for preflights, in addition to the methods of its routes.
 */
export const preflightsDiffer: Rule = (draft, report) => {
  if (draft.gateway.kind !== "rest" || draft.gateway.cors === undefined) return;
  const routes = validRoutes(draft).map(({ serviceId, written, key, path, address }) => ({
    route: { name: address, path: ["services", serviceId, "routes", written], what: key },
    path,
  }));
  const placeOf = new Map(routes.map(({ path, route }) => [path, route.path]));
  // Another rule reports identical routes and identical paths below the root.
  const methods = new Map(routes.map(({ route }) => [route.name, route]));
  const below = new Map(restResources(placeOf.keys()).map(({ path, address }) => [address, path]));
  const preflights = [["root", "/"] as const, ...below].flatMap(([address, path]) => {
    const place = placeOf.get(path);
    return place ? [{ name: `preflight_${address}`, path: place, what: `the preflights of ${path}` }] : [];
  });
  reportAlike("aws_api_gateway_method", [...methods.values(), ...preflights], "rename a segment of the path", report);
};

function reportAlike(type: string, declared: readonly Declared[], remedy: string, report: Report): void {
  for (const { claim, other } of clashes(declared, ({ name }) => name.replaceAll("-", "_"))) {
    report(claim.path, {
      got: `${type}.${claim.name.replaceAll("-", "_")} in Terraform for ${claim.what}, and for ${other.what}`,
      expected: "a unique address for each",
      remedy,
    });
  }
}
