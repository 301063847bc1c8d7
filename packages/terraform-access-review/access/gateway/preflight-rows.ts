import type { Fact } from "../../model/fact";
import { type Place, placeOf } from "../../model/place";
import type { AccessRow } from "../../model/row";
import { isPreflight, type RestMethod, restMethods } from "../../terraform-json/gateway-routes";
import { groupedBy } from "../../terraform-json/order";
import { sha256 } from "../../terraform-json/sha256";
import type { Resource, StackJson } from "../../terraform-json/stack-json";
import { apiOf } from "../../types/named";

/** The answer of one path to a browser's preflight. */
interface Preflight {
  readonly path: string;
  readonly resource: Fact<"resource" | "missing-api">;
  readonly pages: readonly Fact<"pages">[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly hasCookies: boolean;
  /** Whether the allowed methods are those of the path's routes. */
  readonly areOwn: boolean;
  readonly from: Place;
}

/** The origins whose pages may call, and the requests that they may make: one row for all paths with the same answer. */
export function preflightRows(stack: StackJson): readonly AccessRow[] {
  const all = restMethods(stack);
  const apiKey = ({ api }: RestMethod) => JSON.stringify(apiOf(api, "REST"));
  const routes = groupedBy(
    all.filter((each) => !isPreflight(each)),
    apiKey,
  );
  const preflights = all.filter(isPreflight).flatMap((each) => {
    const own = routes.get(apiKey(each)) ?? [];
    const said = preflight(
      each,
      own.filter(({ path, api }) => path === each.path && api?.address === each.api?.address),
    );
    return said.pages.map((principal) => ({ ...said, principal }));
  });
  const rows = groupedBy(preflights, ({ principal, resource }) => JSON.stringify([principal, resource]));
  return [...rows.values()].flatMap((open) => {
    const [first] = open;
    if (first === undefined) return [];
    const paths = new Set(routes.get(JSON.stringify(first.resource))?.map(({ path }) => path));
    return openingRow(first.principal, first, open, paths);
  });
}

function openingRow(
  principal: Fact<"pages">,
  { resource, from }: Preflight,
  open: readonly Preflight[],
  routes: ReadonlySet<string>,
): AccessRow {
  const asked = new Set(open.map(({ path }) => path));
  const paths = [...routes].filter((path) => !asked.has(path));
  const alike = new Set(open.map((each) => each.headers.join(", "))).size === 1;
  return {
    effect: "allow",
    principal,
    action: { kind: "cross-origin" },
    resource,
    conditions: [
      { kind: "own-methods" },
      ...open.filter(({ areOwn }) => !areOwn).map(({ path, methods }): Fact => ({ kind: "methods-at", path, methods })),
      ...(paths.length === 0 ? [] : [{ kind: "not-at", paths } as const]),
      ...(alike
        ? [{ kind: "headers", headers: open[0]?.headers ?? [] } as const]
        : open.map(({ headers, path }): Fact => ({ kind: "headers", headers, path }))),
      { kind: "cookies", isOn: open.some(({ hasCookies }) => hasCookies) },
    ],
    terms: {
      permits: open.flatMap(({ path, methods, headers, hasCookies }): readonly Fact[] => [
        ...methods.map((method): Fact => ({ kind: "method", method, path })),
        ...headers.map((header): Fact => ({ kind: "header", header, path })),
        ...(hasCookies ? [{ kind: "with-cookies", path } as const] : []),
      ]),
    },
    from,
  };
}

const HEADER = "method.response.header.Access-Control-";

function preflight({ route, path, api, answers }: RestMethod, routes: readonly RestMethod[]): Preflight {
  const said = (name: string) =>
    answers.flatMap(({ attributes }) => {
      const value = attributes.response_parameters?.[`${HEADER}${name}`];
      return value === undefined ? [] : [String(value).replace(/^'(.*)'$/, "$1")];
    });
  const listed = (name: string) => [...new Set(said(name).flatMap((value) => value.split(",")))].sort();
  const methods = listed("Allow-Methods");
  const own = [...new Set(routes.map(({ httpMethod }) => httpMethod))].sort();
  const pages = [...said("Allow-Origin").map(pagesOf), ...answers.flatMap(pagesOfTemplates)];
  return {
    path,
    resource: apiOf(api, "REST"),
    pages: [...new Map(pages.map((each) => [JSON.stringify(each), each])).values()],
    methods,
    headers: listed("Allow-Headers"),
    hasCookies: said("Allow-Credentials").length > 0,
    areOwn: methods.join() === own.join(),
    from: placeOf(route),
  };
}

function pagesOf(origin: string): Fact<"pages"> {
  return { kind: "pages", of: "origin", origin };
}

const LISTED = String.raw`\$origin == "([^"$#\\]+)"`;
/** The template of this program. It answers with the caller's own origin, if the list contains it. */
const TEMPLATE = new RegExp(
  [
    String.raw`^#set\(\$origin = \$input\.params\(\)\.header\.get\("Origin"\)\)`,
    String.raw`#if\(!\$origin \|\| \$origin == ""\)#set\(\$origin = \$input\.params\(\)\.header\.get\("origin"\)\)#end`,
    String.raw`#if\((${LISTED}(?: \|\| ${LISTED})*)\)#set\(\$context\.responseOverride\.header\.Access-Control-Allow-Origin = \$origin\)#end$`,
  ].join(String.raw`\n`),
);

/** Any other template may answer anything. */
function pagesOfTemplates({ attributes }: Resource): readonly Fact<"pages">[] {
  return Object.values(attributes.response_templates ?? {}).flatMap((template): readonly Fact<"pages">[] => {
    if (template === "" || template === null) return [];
    const [, listed] = TEMPLATE.exec(String(template)) ?? [];
    if (listed !== undefined)
      return [...listed.matchAll(new RegExp(LISTED, "g"))].map(([, origin = ""]) => pagesOf(origin));
    return [{ kind: "pages", of: "unknown-template", origin: sha256(String(template)).slice(0, 16) }];
  });
}
