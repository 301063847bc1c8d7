import type { Expected } from "./expected-handshakes";

const CARTS = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"].map((method) => `${method} /carts/{id}`);
const EXPORTER = "aws/arn:aws:iam::111122223333:role/nightly-export";
const OF_ORDERS: Readonly<Record<string, readonly string[]>> = {
  [EXPORTER]: ["GET /orders", "GET /orders/export", "GET /orders/{id}"],
  "customers/reporting-agent": ["GET /orders", "GET /orders/export", "GET /orders/{id}"],
  "customers/support-desk": ["DELETE /orders/{id}", "GET /orders/{id}"],
  "customers/web": ["GET /orders", "GET /orders/{id}", "POST /orders", ...CARTS],
  "workforce/0oa1example": ["DELETE /orders/{id}", "GET /orders", "GET /orders/{id}"],
};
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  anyone: ["GET /images/{path+}", "GET /products", "GET /products/{sku}", "POST /searches"],
  "customers/support-desk": ["GET /accounts/{id}", "POST /accounts/{id}/locks"],
  "customers/web": ["GET /accounts/me", "PATCH /accounts/me"],
  "workforce/0oa1example": ["GET /accounts/me", "PUT /products/{sku}"],
};

/** A line for each call of each caller. */
const lines = (calls: Readonly<Record<string, readonly string[]>>, line: (who: string, call: string) => string) =>
  Object.entries(calls).flatMap(([who, all]) => all.map((call) => line(who, call)));
const everyCall = (line: (who: string, call: string) => string) => [...lines(OF_ORDERS, line), ...lines(OTHERS, line)];

/** For each authorizer: an HTTP API has two of either function, a REST API one. */
const INVOKED = (sign: string, may: string, of: "HTTP" | "REST") =>
  (of === "HTTP" ? ["callers", "callers", "public", "public"] : ["callers", "public"]).map(
    (name) => `${sign} apigateway.amazonaws.com ${may} lambda:InvokeFunction on function storefront-dev-${name}`,
  );
const PAGES = ["http://localhost:3000", "https://dev.shop.example.com"];
const STAGE = "stage live of REST API storefront-dev";
const LOGS = "role storefront-dev-gateway-logs";
const LIMITED = [EXPORTER, "anyone", ...["reporting-agent", "support-desk", "web"].map((name) => `customers/${name}`)];

export const REST: Readonly<Record<string, Expected>> = {
  "rest-unchanged": { verdict: "dev: no change", access: [] },
  // Resource, method and integration, four of the path's preflight; the snapshot and the stage that serves it.
  "rest-route-added": {
    verdict: "dev: 1 replaced, 7 added, 4 changed · access broadened",
    access: [EXPORTER, "customers/reporting-agent", "customers/web", "workforce/0oa1example"].map(
      (who) => `+ ${who} may now call GET /orders/{id}/lines`,
    ),
  },
  "rest-route-removed": {
    verdict: "dev: 2 destroyed, 1 replaced, 5 changed · access narrowed",
    access: ["customers/support-desk", "workforce/0oa1example"].map(
      (who) => `- ${who} may no longer call DELETE /orders/{id}`,
    ),
  },
  // Plans are no part of a snapshot.
  "rest-quota-raised": {
    verdict: "dev: 1 changed · access broadened",
    access: [
      `+ what customers/reporting-agent may use up of ${STAGE} is limited otherwise: 10000 requests per month, 2 a second, 4 at once → 20000 requests per month, 2 a second, 4 at once`,
    ],
  },
  "rest-plans-lost": {
    verdict: "dev: 15 destroyed, 1 replaced, 25 changed · access broadened",
    access: [...LIMITED, "workforce/0oa1example"].map(
      (who) => `+ what ${who} may use up of ${STAGE} is no longer limited`,
    ),
  },
  "rest-token-forwarded": {
    verdict: "dev: 1 replaced, 12 changed · access broadened",
    access: lines(OF_ORDERS, (who, call) => `+ ${who} may call ${call} under a looser or other condition`),
  },
  "rest-throttle-raised": {
    verdict: "dev: 1 changed · access broadened",
    access: ["+ settings.throttling_rate_limit of aws_api_gateway_method_settings.all is weaker: 10 → 20"],
  },
  "rest-kind-added": {
    verdict: "dev: 121 added · access broadened",
    access: [
      ...everyCall((who, call) => `+ ${who} may now call ${call} by another API as well`),
      ...INVOKED("+", "may now", "REST"),
      ...PAGES.map(
        (page) => `+ pages of ${page} may now call and read answers in a browser on REST API storefront-dev`,
      ),
      "+ pages of any origin may now read refusals in a browser on REST API storefront-dev",
      `+ anyone may now reach the gateway on ${STAGE}`,
      `+ API Gateway may now write logs of every REST API of the AWS account on ${LOGS}`,
      `+ apigateway.amazonaws.com may now sts:AssumeRole (trusted) on ${LOGS}`,
      `+ ${LOGS} may now all of arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs on AWS`,
    ],
  },
  "rest-kind-alone": {
    verdict: "dev: 35 destroyed, 1 changed · access narrowed · data at risk",
    access: [
      ...everyCall((who, call) => `- ${who} may no longer call ${call} by one API, and still may by another`),
      ...INVOKED("-", "may no longer", "HTTP"),
      "- anyone may no longer reach the gateway on stage $default of API storefront-dev",
      ...PAGES.map(
        (page) => `- pages of ${page} may no longer call and read answers in a browser on API storefront-dev`,
      ),
    ],
  },
};
