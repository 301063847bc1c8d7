import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type LoadResult, loadIntents } from "../../intent/load";
import type { Intent } from "../../intent/model/intent";
import { formatProblem, type Problem } from "../../intent/model/problem";
import { type Places, placesOf } from "../../intent/schema/places";

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A small shop that breaks no rule. */
export const BASE = `name: shop
aws:
  account: "111122223333"
  region: eu-west-1
  deployers: ["arn:aws:iam::111122223333:role/terraform"]
  ownsAccount: false
google:
  project: shop-project
  region: europe-west1
state:
  bucket: shop-state
  region: eu-west-1
issuers:
  customers:
    kind: cognito
    domainPrefix: shop-dev
  partner:
    kind: oidc
    issuer: https://partner.example.com
    audiences: [shop]
  workforce:
    kind: oidc
    issuer: https://workforce.example.com
    audiences: [shop]
    grants: token
    scopes: [orders/read]
    clients: [0oa1example]
gateway:
  throttle:
    ratePerSecond: 50
    burst: 100
services:
  orders:
    image: europe-docker.pkg.dev/acme/shop/orders:1.0.0
    environment:
      LOG_LEVEL: info
    secrets:
      DATABASE_URL: { secret: orders-database-url, version: 3 }
    routes:
      GET /orders: { scopes: [orders/read] }
      POST /orders: { scopes: [orders/write] }
  catalog:
    image: europe-docker.pkg.dev/acme/shop/catalog:1.0.0
    routes:
      GET /products: public
clients:
  web:
    issuer: customers
    grant: authorization_code
    callbackUrls: [https://shop.example.com/cb]
    logoutUrls: [https://shop.example.com]
    scopes: [orders/read, orders/write]
  batch:
    issuer: customers
    grant: client_credentials
    scopes: [orders/read]
  export:
    issuer: partner
    subject: export
    scopes: [orders/read]
`;

/** The issuers of a second environment: its own sign-in domain and audiences, because the first one uses the base's. */
export const otherIssuers = (name: string) =>
  `issuers: { customers: { domainPrefix: ${name} }, partner: { audiences: [${name}] }, workforce: { audiences: [${name}] } }\n`;

/** The overlay with which the base becomes one environment. */
export const DEV = "google: { ownsProject: true }\n";

export const FOLDER = mkdtempSync(join(tmpdir(), "config-"));
/** The files in the folder. Most configs differ from the one before in one file. */
let written: Files = {};

/** Writes a folder with these files and loads it. */
export function loadFiles(files: Files): LoadResult {
  const before = written;
  written = files;
  for (const name of Object.keys(before)) if (!Object.hasOwn(files, name)) rmSync(join(FOLDER, name));
  for (const [name, content] of Object.entries(files)) {
    if (before[name] !== content) write(join(FOLDER, name), content, Object.hasOwn(before, name));
  }
  return loadIntents(FOLDER);
}

/** Some file systems take ten times as long if a file is emptied before it is written. */
function write(path: string, content: string | Uint8Array, isThere: boolean): void {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, isThere ? "r+" : "w");
  const bytes = Buffer.from(content);
  writeSync(file, bytes);
  ftruncateSync(file, bytes.length);
  closeSync(file);
}

export function problemsOf(files: Files): readonly Problem[] {
  const result = loadFiles(files);
  return result.ok ? [] : result.problems;
}

/** Returns the problems of `dev` with a few changes: `path  message`, without place and remedy. */
export function faults(changes: string, base: string = BASE): string[] {
  const files = { "base.yaml": base, "dev.yaml": `${DEV}${changes}` };
  return problemsOf(files).map(({ path, message }) => `${path}  ${message}`);
}

/** The same, in the form that a user sees. */
export function shownFaults(changes: string): string[] {
  return problemsOf({ "base.yaml": BASE, "dev.yaml": `${DEV}${changes}` }).map(formatProblem);
}

/** The intents of a folder that has no problem. */
export function intentsOf(files: Files): readonly Intent[] {
  const result = loadFiles(files);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join("\n"));
  return result.intents;
}

/** Where a folder's keys and values are. */
export function placesWith(files: Files, environment: string): Places {
  loadFiles(files);
  return placesOf(FOLDER, environment);
}

/** The intent of `dev` with a few changes. */
export function dev(changes = ""): Intent {
  const [intent] = intentsOf({ "base.yaml": BASE, "dev.yaml": `${DEV}${changes}` });
  if (!intent) throw new Error("no intent");
  return intent;
}
