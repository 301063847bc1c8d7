import type { AccessRow } from "../../model/row";
import { isPreflight, type RestMethod, restMethods } from "../../terraform-json/gateway-routes";
import { groupedBy } from "../../terraform-json/order";
import { sha256 } from "../../terraform-json/sha256";
import type { Resource, StackJson } from "../../terraform-json/stack-json";
import { apiInWords } from "../../types/words";

/** The answer of one path to a browser's preflight. */
interface Preflight {
  readonly path: string;
  readonly resource: string;
  /** `pages of https://…`. */
  readonly principals: ReadonlySet<string>;
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly hasCookies: boolean;
  /** Whether the allowed methods are those of the path's routes. */
  readonly areOwn: boolean;
}

/** The origins whose pages may call, and the requests that they may make: one row for all paths with the same answer. */
export function preflightRows(stack: StackJson): readonly AccessRow[] {
  const all = restMethods(stack);
  const routes = groupedBy(
    all.filter((each) => !isPreflight(each)),
    ({ api }) => apiInWords(api),
  );
  const preflights = all.filter(isPreflight).flatMap((each) => {
    const own = routes.get(apiInWords(each.api)) ?? [];
    const said = preflight(
      each,
      own.filter(({ path, api }) => path === each.path && api?.address === each.api?.address),
    );
    return [...said.principals].map((principal) => ({ ...said, principal }));
  });
  const rows = groupedBy(preflights, ({ principal, resource }) => JSON.stringify([principal, resource]));
  return [...rows.values()].map((open) => {
    const [{ principal = "", resource = "" } = {}] = open;
    return openingRow(principal, resource, open, new Set(routes.get(resource)?.map(({ path }) => path)));
  });
}

function openingRow(
  principal: string,
  resource: string,
  open: readonly Preflight[],
  paths: ReadonlySet<string>,
): AccessRow {
  const asked = new Set(open.map(({ path }) => path));
  const closed = [...paths].filter((path) => !asked.has(path));
  const others = open.filter(({ areOwn }) => !areOwn);
  const headers = new Set(open.map((each) => each.headers.join(", ")));
  return {
    principal,
    permission: "make cross-origin requests",
    resource,
    condition: [
      "each path's own methods",
      ...others.map(({ path, methods }) => `${methods.join(", ") || "NONE"} at ${path}`),
      ...(closed.length === 0 ? [] : [`not at ${closed.join(", ")}`]),
      ...(headers.size === 1
        ? [`headers ${[...headers][0]}`]
        : open.map((each) => `headers ${each.headers.join(", ")} at ${each.path}`)),
      open.some(({ hasCookies }) => hasCookies) ? "WITH COOKIES" : "without cookies",
    ].join("; "),
    terms: {
      permits: open.flatMap(({ path, methods, headers, hasCookies }) => [
        ...methods.map((method) => `${method} ${path}`),
        ...headers.map((header) => `header ${header} at ${path}`),
        ...(hasCookies ? [`cookies at ${path}`] : []),
      ]),
    },
  };
}

const HEADER = "method.response.header.Access-Control-";

function preflight({ path, api, answers }: RestMethod, routes: readonly RestMethod[]): Preflight {
  const said = (name: string) =>
    answers.flatMap(({ attributes }) => {
      const value = attributes.response_parameters?.[`${HEADER}${name}`];
      return value === undefined ? [] : [String(value).replace(/^'(.*)'$/, "$1")];
    });
  const listed = (name: string) => [...new Set(said(name).flatMap((value) => value.split(",")))].sort();
  const methods = listed("Allow-Methods");
  const own = [...new Set(routes.map(({ httpMethod }) => httpMethod))].sort();
  return {
    path,
    resource: apiInWords(api),
    principals: new Set([...said("Allow-Origin"), ...answers.flatMap(originsOf)].map(inWords)),
    methods,
    headers: listed("Allow-Headers"),
    hasCookies: said("Allow-Credentials").length > 0,
    areOwn: methods.join() === own.join(),
  };
}

function inWords(origin: string): string {
  return `pages of ${origin === "*" ? "any origin" : origin}`;
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
function originsOf({ attributes }: Resource): readonly string[] {
  return Object.values(attributes.response_templates ?? {}).flatMap((template) => {
    if (template === "" || template === null) return [];
    const [, listed] = TEMPLATE.exec(String(template)) ?? [];
    if (listed !== undefined) return [...listed.matchAll(new RegExp(LISTED, "g"))].map(([, origin = ""]) => origin);
    const digest = sha256(String(template)).slice(0, 16);
    return [`ANY ORIGIN, BY AN UNKNOWN TEMPLATE (${digest})`];
  });
}
