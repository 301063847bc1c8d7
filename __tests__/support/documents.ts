import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { type Files, problemsOf } from "./config-folder";
import { namesBelow, ROOT } from "./places";

/** Small OpenAPI documents in the shapes of public ones. */
const FOLDER = join(ROOT, "__tests__/fixtures/openapi");

/** The fixtures, below `openapi/`. */
export function fixtureFiles(): Files {
  const files = namesBelow(FOLDER).filter((name) => statSync(join(FOLDER, name)).isFile());
  return Object.fromEntries(files.map((name) => [`openapi/${name}`, readFileSync(join(FOLDER, name), "utf8")]));
}

/**
 * A config whose one service, `id`, has a document.
 *
 * @param service further lines of the service, in braces' form: `routes: {}`
 */
export function configWith(id: string, openapi: string, service = "") {
  const lines = service === "" ? "" : `    ${service}\n`;
  return {
    "base.yaml": `name: shop
aws: { account: "111122223333", region: eu-west-1, deployers: ["arn:aws:iam::111122223333:role/terraform"], ownsAccount: false }
google: { project: shop-project, region: europe-west1, ownsProject: true }
state: { bucket: shop-state, region: eu-west-1 }
issuers: { customers: { kind: cognito, domainPrefix: shop-dev } }
gateway: {}
services:
  ${id}:
    image: europe-docker.pkg.dev/acme/shop/api:1.0.0
    openapi: ${openapi}
${lines}`,
    "dev.yaml": "{}\n",
  };
}

/** Returns each problem of a document's config: `file:line got …`. */
export function documentFaults(files: Files): readonly string[] {
  return problemsOf(files).map(({ file, line, message }) => `${file}:${line} ${message.split(", expected")[0]}`);
}

/** A small valid document of one service, `orders`. @param operations lines below `paths` */
export function ordersDocument(operations: string, top = ""): string {
  return `openapi: 3.1.0
info: { title: Orders, version: "1" }
${top}
paths:
${operations}
components:
  securitySchemes:
    oauth: { type: oauth2, flows: { clientCredentials: { scopes: { orders/read: r, orders/write: w, orders/audit: a } } } }
    key: { type: apiKey, in: header, name: X-Key }
`;
}

interface ScopedRoute {
  readonly scopes: readonly string[];
}

/** Moves the routes of the shop's service `accounts` to `openapi/accounts.yaml`. Their throttles stay in config. */
export function moveAccountsToDocument(config: string): void {
  const base = readFileSync(join(config, "base.yaml"), "utf8");
  const paths: Record<string, Record<string, unknown>> = {};
  const scopes: Record<string, string> = {};
  for (const [key, route] of Object.entries<ScopedRoute>(parse(base).services.accounts.routes)) {
    const [method = "", path = ""] = key.split(" ");
    paths[path] ??= {};
    const responses = { "200": { description: "OK" } };
    paths[path][method.toLowerCase()] = { responses, security: route.scopes.map((scope) => ({ oauth: [scope] })) };
    for (const scope of route.scopes) scopes[scope] = "granted by config";
  }
  const oauth = { type: "oauth2", flows: { clientCredentials: { tokenUrl: "https://x.example/token", scopes } } };
  const info = { title: "Accounts", version: "1" };
  mkdirSync(join(config, "openapi"));
  writeFileSync(
    join(config, "openapi/accounts.yaml"),
    stringify({ openapi: "3.1.0", info, paths, components: { securitySchemes: { oauth } } }),
  );
  const throttled = "      POST /accounts/{id}/locks: { throttle: { ratePerSecond: 1, burst: 2 } }\n";
  const moved = base.replace(
    /( {2}accounts:\n(?: {4}.*\n)*?) {4}routes:\n(?: {6}.*\n)+/,
    (_, before) => `${before}    openapi: ./openapi/accounts.yaml\n    routes:\n${throttled}`,
  );
  if (moved === base) throw new Error("base.yaml has no routes of accounts");
  writeFileSync(join(config, "base.yaml"), moved);
}
