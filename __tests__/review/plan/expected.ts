import { AUDITED } from "./expected-auditors";
import { type Expected, HANDSHAKES } from "./expected-handshakes";
import { REST } from "./expected-rest";

const CARTS = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"].map((method) => `${method} /carts/{id}`);
const READERS_OF_ORDERS = [
  "aws/arn:aws:iam::111122223333:role/nightly-export",
  "customers/reporting-agent",
  "customers/web",
  "workforce/0oa1example",
];
const POOL = "user pool storefront-dev-customers";
const AUTHORIZERS_TRUST = (service: string, may: "may now" | "may no longer") =>
  ["callers", "public"].flatMap((name) => [
    `role storefront-dev-${name} ${may} sts:AssumeRole on role storefront-dev-${service}`,
    `role storefront-dev-${name} ${may} sts:AssumeRole (trusted) on role storefront-dev-${service}`,
  ]);
const has = (may: "may now" | "may no longer") => (may === "may now" ? "now has" : "no longer has");
const HOPS = (service: string, may: "may now" | "may no longer") => [
  `arn:aws:sts::111122223333:assumed-role/storefront-dev-${service} through workload identity pool storefront-dev ${has(may)} roles/iam.serviceAccountOpenIdTokenCreator on service account storefront-dev-${service}`,
  `service account storefront-dev-${service} ${has(may)} roles/run.invoker on service storefront-dev-${service}`,
  `whoever holds roles/run.invoker ${may} call it on service storefront-dev-${service}`,
  `service storefront-dev-${service} ${may === "may now" ? "now" : "no longer"} runs as service account storefront-dev-${service}-rt`,
  `the authorizer ${may} get ID tokens for routes of ${service} on service account storefront-dev-${service}`,
  ...AUTHORIZERS_TRUST(service, may),
];
const FEDERATION =
  "AWS account 111122223333 may exchange a signed GetCallerIdentity on workload identity pool storefront-dev, provider aws-gateway under a";
const WORKFORCE = "issuer workforce may vouch for callers on the authorizer under a";
const PROTECTED = [
  ["aws_cognito_user_pool.customers", "deletion_protection", '"INACTIVE"', '"ACTIVE"'],
  ["google_cloud_run_v2_service.accounts", "deletion_protection", "false", "true"],
  ["google_cloud_run_v2_service.catalog", "deletion_protection", "false", "true"],
  ["google_cloud_run_v2_service.orders", "deletion_protection", "false", "true"],
  ["google_secret_manager_secret.accounts_database_url", "deletion_protection", "false", "true"],
  ["google_secret_manager_secret.accounts_session_key", "deletion_protection", "false", "true"],
  ["google_secret_manager_secret.orders_database_url", "deletion_protection", "false", "true"],
  ["google_secret_manager_secret.orders_payment_key", "deletion_protection", "false", "true"],
  ["aws_secretsmanager_secret.reporting_agent", "lifecycle.prevent_destroy", "false", "true"],
  ["aws_secretsmanager_secret.support_desk", "lifecycle.prevent_destroy", "false", "true"],
] as const;

function each(sign: "+" | "-", sentences: readonly string[]): string[] {
  return sentences.map((sentence) => `${sign} ${sentence}`);
}

function now(who: string, ...calls: readonly string[]): string[] {
  return calls.map((call) => `+ ${who} may now call ${call}`);
}

function noLonger(who: string, ...calls: readonly string[]): string[] {
  return calls.map((call) => `- ${who} may no longer call ${call}`);
}

function looser(who: string, ...calls: readonly string[]): string[] {
  return calls.map((call) => `+ ${who} may call ${call} under a looser or other condition`);
}

export const EXPECTED: Readonly<Record<string, Expected>> = {
  "nothing-changed": { verdict: "dev: no change", access: [] },
  // 102 resources, four outputs and the policy.
  "first-deploy": { verdict: "dev: 107 added · access broadened", access: "the whole ledger" },
  // The secret's version is written anew, because the client's scope is in it.
  "scope-given": {
    verdict: "dev: 1 replaced, 5 changed · access broadened",
    access: [
      ...now("customers/reporting-agent", "POST /orders", ...CARTS),
      `+ app client storefront-dev-reporting-agent may get tokens by client_credentials, with its secret on ${POOL} under a looser or other condition`,
    ],
  },
  "scope-taken": {
    verdict: "dev: 1 replaced, 5 changed · access narrowed",
    access: [
      ...noLonger("customers/reporting-agent", "GET /orders/export"),
      `- app client storefront-dev-reporting-agent may get tokens by client_credentials, with its secret on ${POOL} under a stricter condition`,
    ],
  },
  "route-takes-another-scope": {
    verdict: "dev: 4 changed · access broadened",
    access: [
      ...READERS_OF_ORDERS.filter((who) => who !== "customers/web").flatMap((who) => now(who, "POST /orders")),
      ...looser("customers/web", "POST /orders"),
    ],
  },
  // The public function must become the service's invoker now: its own policy, and the role's trust.
  "route-made-public": {
    verdict: "dev: 7 changed · access broadened",
    access: [
      ...now("anyone", "GET /orders"),
      "+ role storefront-dev-public may now sts:AssumeRole on role storefront-dev-orders",
      "+ role storefront-dev-public may now sts:AssumeRole (trusted) on role storefront-dev-orders",
      ...READERS_OF_ORDERS.flatMap((who) => noLonger(who, "GET /orders")),
    ],
  },
  "route-closed": {
    verdict: "dev: 5 changed · access broadened",
    access: [...noLonger("anyone", "GET /products"), ...now("workforce/0oa1example", "GET /products")],
  },
  "route-added": {
    verdict: "dev: 1 added, 4 changed · access broadened",
    access: READERS_OF_ORDERS.flatMap((who) => now(who, "GET /orders/{id}/lines")),
  },
  "route-removed": {
    verdict: "dev: 1 destroyed, 4 changed · access narrowed",
    access: ["customers/support-desk", "workforce/0oa1example"].flatMap((who) => noLonger(who, "DELETE /orders/{id}")),
  },
  // Five routes, integration, role with two fences, resource server, service with binding, two accounts with binding.
  "service-removed": {
    verdict: "dev: 15 destroyed, 8 changed · access narrowed · data at risk",
    access: [
      ...noLonger("anyone", "GET /images/{path+}", "GET /products", "GET /products/{sku}", "POST /searches"),
      ...noLonger("workforce/0oa1example", "PUT /products/{sku}"),
      `- ${WORKFORCE} stricter condition`,
      `- ${FEDERATION} stricter condition`,
      `- ${POOL} may no longer put scopes into tokens on resource server catalog`,
      ...each("-", HOPS("catalog", "may no longer")),
    ],
  },
  "service-added": {
    verdict: "dev: 13 added, 8 changed · access broadened",
    access: [
      ...now("anyone", "GET /products/{sku}/reviews"),
      "- nobody may now call POST /products/{sku}/reviews",
      "- nobody may now call DELETE /reviews/{id}",
      `+ ${FEDERATION} looser or other condition`,
      `+ ${POOL} may now put scopes into tokens on resource server reviews`,
      ...each("+", HOPS("reviews", "may now")),
    ],
  },
  "audience-rotated": {
    verdict: "dev: 4 changed · access broadened",
    access: [`+ ${WORKFORCE} looser or other condition`],
  },
  "audience-added": {
    verdict: "dev: 4 changed · access broadened",
    access: [`+ ${WORKFORCE} looser or other condition`],
  },
  "issuer-swapped": {
    verdict: "dev: 5 changed · access broadened",
    access: [`+ ${WORKFORCE} looser or other condition`],
  },
  "issuer-added": {
    verdict: "dev: 5 changed · access broadened",
    access: [
      ...now("partners/partner-1", "GET /orders", "GET /orders/{id}"),
      "+ issuer partners may now vouch for callers on the authorizer",
    ],
  },
  // Pool, three resource servers, three clients, its domain, and two secrets' versions; a function and two outputs.
  "pool-replaced": { verdict: "dev: 10 replaced, 3 changed · access unchanged · data at risk", access: [] },
  "function-tainted": { verdict: "dev: 1 replaced, 2 changed · access unchanged", access: [] },
  "throttle-doubled": { verdict: "dev: 1 changed · access unchanged", access: [] },
  "route-throttle": { verdict: "dev: 1 changed · access unchanged", access: [] },
  "image-changed": { verdict: "dev: 1 changed · access unchanged", access: [] },
  // API, stage, three log groups, pool, five roles, two functions, two secrets; three services and four secrets.
  "tags-changed": { verdict: "dev: 22 changed · access unchanged", access: [] },
  "origin-added": {
    verdict: "dev: 1 changed · access broadened",
    access: ["+ pages of https://preview.example.net may now call and read answers in a browser on API storefront-dev"],
  },
  "origin-removed": {
    verdict: "dev: 1 changed · access narrowed",
    access: ["- pages of http://localhost:3000 may no longer call and read answers in a browser on API storefront-dev"],
  },
  "cache-longer": {
    verdict: "dev: 8 changed · access broadened",
    access: [
      ...looser("anyone", "GET /images/{path+}", "GET /products", "GET /products/{sku}", "POST /searches"),
      ...looser(
        "aws/arn:aws:iam::111122223333:role/nightly-export",
        "GET /orders",
        "GET /orders/export",
        "GET /orders/{id}",
      ),
      ...looser("customers/reporting-agent", "GET /orders", "GET /orders/export", "GET /orders/{id}"),
      ...looser(
        "customers/support-desk",
        "GET /accounts/{id}",
        "POST /accounts/{id}/locks",
        "DELETE /orders/{id}",
        "GET /orders/{id}",
      ),
      ...looser("customers/web", "GET /accounts/me", "PATCH /accounts/me", ...CARTS),
      ...looser("customers/web", "GET /orders", "GET /orders/{id}", "POST /orders"),
      ...looser("workforce/0oa1example", "GET /accounts/me", "PUT /products/{sku}"),
      ...looser("workforce/0oa1example", "DELETE /orders/{id}", "GET /orders", "GET /orders/{id}"),
    ],
  },
  "federation-rebuilt": {
    verdict: "dev: 2 replaced, 5 changed · access broadened · data at risk",
    access: [
      "+ AWS account 111122223333 may now exchange a signed GetCallerIdentity on workload identity pool storefront-dev-2, provider aws-gateway",
      "- AWS account 111122223333 may no longer exchange a signed GetCallerIdentity on workload identity pool storefront-dev, provider aws-gateway",
      ...["accounts", "catalog", "orders"].flatMap((service) => {
        const who = `arn:aws:sts::111122223333:assumed-role/storefront-dev-${service} through workload identity pool`;
        const role = `roles/iam.serviceAccountOpenIdTokenCreator on service account storefront-dev-${service}`;
        return [`+ ${who} storefront-dev-2 now has ${role}`, `- ${who} storefront-dev no longer has ${role}`];
      }),
    ],
  },
  "client-added": {
    verdict: "dev: 4 added, 5 changed · access broadened",
    access: [
      ...now("customers/audit", "GET /orders", "GET /orders/{id}"),
      `+ app client storefront-dev-audit may now get tokens by client_credentials, with its secret on ${POOL}`,
      "+ arn:aws:iam::111122223333:role/audit may now secretsmanager:GetSecretValue on AWS secret storefront-dev/clients/audit",
      "- everybody is now denied secretsmanager:GetSecretValue on AWS secret storefront-dev/clients/audit",
      "+ issuer customers may vouch for callers on the authorizer under a looser or other condition",
    ],
  },
  "client-removed": {
    verdict: "dev: 4 destroyed, 5 changed · access narrowed · data at risk",
    access: [
      ...noLonger(
        "customers/support-desk",
        "GET /accounts/{id}",
        "POST /accounts/{id}/locks",
        "DELETE /orders/{id}",
        "GET /orders/{id}",
      ),
      "- nobody may now call GET /accounts/{id}",
      "- nobody may now call POST /accounts/{id}/locks",
      `- app client storefront-dev-support-desk may no longer get tokens by client_credentials, with its secret on ${POOL}`,
      "- everybody is no longer denied secretsmanager:GetSecretValue on AWS secret storefront-dev/clients/support-desk",
      "- issuer customers may vouch for callers on the authorizer under a stricter condition",
    ],
  },
  "secret-reader-added": {
    verdict: "dev: 1 changed · access broadened",
    access: [
      "+ arn:aws:iam::111122223333:role/intern may now secretsmanager:GetSecretValue on AWS secret storefront-dev/clients/reporting-agent",
      "+ everybody is denied secretsmanager:GetSecretValue on AWS secret storefront-dev/clients/reporting-agent under another condition",
    ],
  },
  "callback-added": {
    verdict: "dev: 1 changed · access broadened",
    access: [
      `+ app client storefront-dev-web may get tokens by code, without a secret on ${POOL} under a looser or other condition`,
    ],
  },
  "variable-changed": { verdict: "dev: 1 changed · access unchanged", access: [] },
  "secret-mounted": { verdict: "dev: 1 changed · access unchanged", access: [] },
  "secret-version-raised": { verdict: "dev: 1 changed · access unchanged", access: [] },
  "sign-up-opened": {
    verdict: "dev: 1 changed · access broadened",
    access: [
      `- administrators of the AWS account may no longer create a user on ${POOL}`,
      `+ anyone may now create a user on ${POOL}`,
    ],
  },
  // Terraform's own protection of the two secrets is in no plan, and is said all the same.
  "protection-on": {
    verdict: "dev: 8 changed · access narrowed",
    access: PROTECTED.map(([address, guard, off, on]) => `- ${guard} of ${address} is stronger: ${off} → ${on}`),
  },
  "protection-off": {
    verdict: "dev: 8 changed · access broadened",
    access: PROTECTED.map(([address, guard, off, on]) => `+ ${guard} of ${address} is weaker: ${on} → ${off}`),
  },
  "logs-kept-shorter": {
    verdict: "dev: 3 changed · access broadened",
    access: ["access", "callers", "public"].map(
      (name) => `+ retention_in_days of aws_cloudwatch_log_group.${name} is weaker: 7 → 3`,
    ),
  },
  "routes-reordered": { verdict: "dev: no change", access: [] },
  "stack-reordered": { verdict: "dev: no change", access: [] },
  "service-renamed": { verdict: "dev: 1 moved · access unchanged", access: [] },
  "domain-forgotten": { verdict: "dev: 1 forgotten · access unchanged", access: [] },
  "api-switch-imported": { verdict: "dev: 1 imported · access unchanged", access: [] },
  "code-changed": { verdict: "dev: 3 changed · access unchanged", access: [] },
  // API, four authorizers with their permissions, three integrations, twenty routes, stage; the address is an output.
  "gateway-replaced": { verdict: "dev: 33 replaced, 1 changed · access unchanged · data at risk", access: [] },
  "trust-drifted": {
    verdict: "dev: 1 changed · access broadened · 1 drifted",
    access: [
      "- everybody may no longer sts:AssumeRole (trusted) on role storefront-dev-orders",
      "+ role storefront-dev-callers may now sts:AssumeRole (trusted) on role storefront-dev-orders",
    ],
  },
  "description-drifted": { verdict: "dev: 1 changed · access unchanged · 1 drifted", access: [] },
  ...AUDITED,
  ...HANDSHAKES,
  ...REST,
};
