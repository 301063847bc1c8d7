import { AUDITOR_CASES } from "./auditor-cases";
import { base, dev } from "./edits";
import type { PlanCase } from "./plan-case";
import { REST_CASES } from "./rest-cases";
import {
  FOR_BOTH,
  forget,
  importing,
  inOtherOrder,
  longConfiguration,
  manyRoutes,
  moved,
  otherCode,
  otherEnvoy,
  SHARED_ISSUER,
  VERIFIED,
} from "./stack-edits";

const REPORTING = "    scopes: [orders/read, orders/export]\n  support-desk:";

/** Every plan that is committed in fixtures/, by name. */
export const CASES: Readonly<Record<string, PlanCase>> = {
  "nothing-changed": {},
  "first-deploy": { state: "nothing" },
  "scope-given": {
    edits: [base(REPORTING, "    scopes: [orders/read, orders/export, orders/write]\n  support-desk:")],
  },
  "scope-taken": { edits: [base(REPORTING, "    scopes: [orders/read]\n  support-desk:")] },
  "route-takes-another-scope": {
    edits: [base("POST /orders: { scopes: [orders/write],", "POST /orders: { scopes: [orders/write, orders/read],")],
  },
  "route-made-public": { edits: [base("GET /orders: { scopes: [orders/read] }", "GET /orders: public")] },
  "route-closed": { edits: [base("GET /products: public", "GET /products: { scopes: [catalog/write] }")] },
  "route-added": {
    edits: [
      base(
        "      GET /orders/{id}: {",
        "      GET /orders/{id}/lines: { scopes: [orders/read] }\n      GET /orders/{id}: {",
      ),
    ],
  },
  "route-removed": { edits: [base("      DELETE /orders/{id}: { scopes: [orders/support] }\n", "")] },
  "service-removed": {
    edits: [
      dev("  reviews: null #", "  catalog: null\n  reviews: null #"),
      dev(
        "  catalog:\n    resources: { cpu: 0.5, memory: 256Mi }\n    scaling: { max: 2, concurrency: 1 } # less than one core takes one request at a time\n    environment: { LOG_LEVEL: debug }\n",
        "",
      ),
      base(
        "scopes: [orders/read, orders/support, accounts/read, catalog/write]",
        "scopes: [orders/read, orders/support, accounts/read]",
      ),
    ],
  },
  "service-added": {
    edits: [
      dev(
        "  reviews: null # switched off: its routes, scopes and accounts go with it\n",
        "  reviews:\n    scaling: { max: 1 }\n",
      ),
    ],
  },
  "audience-rotated": { edits: [dev("audiences: [api://storefront-dev]", "audiences: [api://storefront-dev-2027]")] },
  "audience-added": {
    edits: [dev("audiences: [api://storefront-dev]", "audiences: [api://storefront-dev, api://storefront-dev-2027]")],
  },
  "issuer-swapped": { edits: [base("https://acme.okta.com/oauth2/default", "https://acme.okta.com/oauth2/shop")] },
  "issuer-added": {
    edits: [
      dev(
        "  # AWS's own outbound",
        "  partners:\n    kind: oidc\n    issuer: https://login.partner.example\n    grants: token\n    audiences: [storefront-dev-partners]\n    scopes: [orders/read]\n    scopeClaim: scope\n    clientClaim: client_id\n    clients: [partner-1]\n  # AWS's own outbound",
      ),
    ],
  },
  "pool-replaced": { options: ["-replace=aws_cognito_user_pool.customers"] },
  "function-tainted": { between: [["taint", "aws_lambda_function.public"]] },
  "throttle-doubled": { edits: [dev("{ ratePerSecond: 10, burst: 20 }", "{ ratePerSecond: 20, burst: 40 }")] },
  "route-throttle": {
    edits: [base("throttle: { ratePerSecond: 5, burst: 10 }", "throttle: { ratePerSecond: 9, burst: 10 }")],
  },
  "image-changed": { edits: [base("shop/orders:1.14.2", "shop/orders:1.15.0")] },
  "tags-changed": { edits: [base("  team: shop", "  team: web")] },
  "origin-added": {
    edits: [
      dev(
        'origins: [https://dev.shop.example.com, "http://localhost:3000"]',
        'origins: [https://dev.shop.example.com, "http://localhost:3000", https://preview.example.net]',
      ),
    ],
  },
  "origin-removed": {
    edits: [
      dev(
        'origins: [https://dev.shop.example.com, "http://localhost:3000"]',
        "origins: [https://dev.shop.example.com]",
      ),
    ],
  },
  "cache-longer": { edits: [base("authorizerCacheSeconds: 60", "authorizerCacheSeconds: 300")] },
  "federation-rebuilt": { edits: [dev("  generation: 1 #", "  generation: 2 #")] },
  "client-added": {
    edits: [
      dev(
        "  # A role of this account",
        '  audit:\n    issuer: customers\n    grant: client_credentials\n    scopes: [orders/read]\n    readers: ["arn:aws:iam::111122223333:role/audit"]\n  # A role of this account',
      ),
    ],
  },
  "client-removed": {
    edits: [dev("  support-desk:\n    scopes: [orders/support, accounts/support]\n", "  support-desk: null\n")],
  },
  "secret-reader-added": {
    edits: [
      dev(
        'readers: ["arn:aws:iam::111122223333:role/reporting"]',
        'readers: ["arn:aws:iam::111122223333:role/reporting", "arn:aws:iam::111122223333:role/intern"]',
      ),
    ],
  },
  "callback-added": {
    edits: [
      dev(
        '["http://localhost:3000/cb", https://dev.shop.example.com/cb]',
        '["http://localhost:3000/cb", https://dev.shop.example.com/cb, https://preview.example.net/cb]',
      ),
    ],
  },
  "variable-changed": {
    edits: [
      dev(
        "  orders:\n    scaling: { max: 2 }\n    environment: { LOG_LEVEL: debug }",
        "  orders:\n    scaling: { max: 2 }\n    environment: { LOG_LEVEL: info }",
      ),
    ],
  },
  "secret-mounted": {
    edits: [
      base("PAYMENT_KEY: { secret: orders-payment-key }", "PAYMENT_KEY: { secret: orders-payment-key, version: 3 }"),
    ],
  },
  "secret-version-raised": {
    deployed: [
      base("PAYMENT_KEY: { secret: orders-payment-key }", "PAYMENT_KEY: { secret: orders-payment-key, version: 3 }"),
    ],
    edits: [
      base("PAYMENT_KEY: { secret: orders-payment-key }", "PAYMENT_KEY: { secret: orders-payment-key, version: 4 }"),
    ],
  },
  "sign-up-opened": { edits: [base("signUp: closed #", "signUp: open #")] },
  "protection-on": { edits: [dev("protect: false", "protect: true")] },
  "protection-off": { deployed: [dev("protect: false", "protect: true")] },
  "logs-kept-shorter": { edits: [dev("  retentionDays: 7", "  retentionDays: 3")] },
  "routes-reordered": { deployed: [manyRoutes("up")], edits: [manyRoutes("down")] },
  "stack-reordered": { stack: inOtherOrder },
  "service-renamed": { stack: moved("google_cloud_run_v2_service.catalog", "google_cloud_run_v2_service.shelf") },
  "domain-forgotten": { stack: forget("aws_cognito_user_pool_domain.customers") },
  "api-switch-imported": {
    between: [["state", "rm", "google_project_service.sts"]],
    stack: importing("google_project_service.sts", "storefront-dev/sts.googleapis.com"),
  },
  "code-changed": { stack: otherCode },
  "gateway-replaced": { options: ["-replace=aws_apigatewayv2_api.gateway"] },
  "trust-drifted": {
    drift: {
      "aws_iam_role.orders": {
        assume_role_policy:
          '{"Version":"2012-10-17","Statement":[{"Sid":"Everybody","Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}',
      },
    },
  },
  "description-drifted": {
    drift: {
      "aws_apigatewayv2_api.gateway": { description: "changed by hand" },
      "aws_lambda_function.public": { last_modified: "2027-01-01T00:00:00.000+0000" },
    },
  },
  "handshake-switched": { deployed: FOR_BOTH, edits: SHARED_ISSUER },
  "handshake-switched-back": { deployed: SHARED_ISSUER, edits: FOR_BOTH },
  "envoy-unchanged": { deployed: SHARED_ISSUER, edits: SHARED_ISSUER },
  "envoy-scope-given": {
    deployed: SHARED_ISSUER,
    edits: [
      ...SHARED_ISSUER,
      base(REPORTING, "    scopes: [orders/read, orders/export, orders/write]\n  support-desk:"),
    ],
  },
  "envoy-route-removed": {
    deployed: SHARED_ISSUER,
    edits: [...SHARED_ISSUER, base("      DELETE /orders/{id}: { scopes: [orders/support] }\n", "")],
  },
  "envoy-client-replaced": {
    deployed: SHARED_ISSUER,
    edits: SHARED_ISSUER,
    options: ["-replace=aws_cognito_user_pool_client.web"],
  },
  "envoy-image-raised": { deployed: SHARED_ISSUER, edits: [...SHARED_ISSUER, otherEnvoy] },
  "envoy-scope-given-in-secret": {
    deployed: [...SHARED_ISSUER, longConfiguration],
    edits: [
      ...SHARED_ISSUER,
      longConfiguration,
      base(REPORTING, "    scopes: [orders/read, orders/export, orders/write]\n  support-desk:"),
    ],
  },
  "envoy-verifies-as-well": { deployed: FOR_BOTH, edits: VERIFIED },
  ...AUDITOR_CASES,
  ...REST_CASES,
};
