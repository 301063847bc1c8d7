/** What a reader must be told of each plan: thought out from the config, the stacks and what Terraform replaces. */
export interface Expected {
  readonly verdict: string;
  /** Every line of the access table, `+` for broader, `-` for narrower; all that the ledger has where it says so. */
  readonly access: readonly string[] | "the whole ledger";
}

const SERVICES = ["accounts", "orders"] as const;
const CARTS = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"].map((method) => `${method} /carts/{id}`);
const CALLS: Readonly<Record<string, readonly string[]>> = {
  "customers/reporting-agent": ["GET /orders", "GET /orders/export", "GET /orders/{id}"],
  "customers/support-desk": [
    "GET /accounts/{id}",
    "POST /accounts/{id}/locks",
    "DELETE /orders/{id}",
    "GET /orders/{id}",
  ],
  "customers/web": [
    "GET /accounts/me",
    "PATCH /accounts/me",
    "GET /orders",
    "GET /orders/{id}",
    "POST /orders",
    ...CARTS,
  ],
};

const PAST = "anyone who reaches it AND holds a valid token";
const pastOf = (service: string) => `call it past the gateway on service storefront-dev-${service}`;
const OTHER = "under a looser or other condition";

/** Every call is decided by something else than before, and nobody can say that this is narrower. */
const EVERY_CALL = Object.entries(CALLS).flatMap(([who, calls]) =>
  calls.map((call) => `+ ${who} may call ${call} ${OTHER}`),
);

const BY_ENVOY = (sign: string, may: string) => [
  ...SERVICES.map((service) => `${sign} ${PAST} ${may} ${pastOf(service)}`),
  ...SERVICES.map(
    (service) => `${sign} issuer customers ${may} vouch for callers on Envoy of service storefront-dev-${service}`,
  ),
  `${sign} issuer customers ${may} vouch for callers on JWT authorizer storefront-dev-customers`,
];

/** Functions, the roles that they become, the federation, and who may invoke. */
const BY_FUNCTIONS = (sign: string, may: string, has: string) =>
  [
    `AWS account 111122223333 ${may} exchange a signed GetCallerIdentity on workload identity pool storefront-dev, provider aws-gateway`,
    `issuer customers ${may} vouch for callers on the authorizer`,
    ...["callers", "public"].flatMap((name) => [
      // Two authorizers each: with the path as an identity source, and without.
      ...[1, 2].map(() => `apigateway.amazonaws.com ${may} lambda:InvokeFunction on function storefront-dev-${name}`),
      `function storefront-dev-${name} ${may === "may now" ? "now" : "no longer"} runs as role storefront-dev-${name}`,
      `lambda.amazonaws.com ${may} sts:AssumeRole (trusted) on role storefront-dev-${name}`,
      `role storefront-dev-${name} ${may} logs:CreateLogStream, logs:PutLogEvents on log group /aws/lambda/storefront-dev-${name}:*`,
    ]),
    ...SERVICES.flatMap((service) => [
      `arn:aws:sts::111122223333:assumed-role/storefront-dev-${service} through workload identity pool storefront-dev ${has} roles/iam.serviceAccountOpenIdTokenCreator on service account storefront-dev-${service}`,
      `role storefront-dev-callers ${may} sts:AssumeRole on role storefront-dev-${service}`,
      `role storefront-dev-callers ${may} sts:AssumeRole (trusted) on role storefront-dev-${service}`,
      `service account storefront-dev-${service} ${has} roles/run.invoker on service storefront-dev-${service}`,
      `the authorizer ${may} get ID tokens for routes of ${service} on service account storefront-dev-${service}`,
      `whoever holds roles/run.invoker ${may} call it on service storefront-dev-${service}`,
    ]),
  ].map((line) => `${sign} ${line}`);

const SCOPE_GIVEN = [
  ...["POST /orders", ...CARTS].map((call) => `+ customers/reporting-agent may now call ${call}`),
  `+ ${PAST} may ${pastOf("orders")} ${OTHER}`,
  `+ app client storefront-dev-reporting-agent may get tokens by client_credentials, with its secret on user pool storefront-dev-customers ${OTHER}`,
  // Either app is told of one scope more.
  ...SERVICES.map(
    (service) => `+ issuer customers may vouch for callers on Envoy of service storefront-dev-${service} ${OTHER}`,
  ),
];

/** Attributes of which nobody but a person can say what their change opens. */
export const IN_DOUBT = /^\+ \S+ of aws_apigatewayv2_(integration|route|stage)\.\w+ is another: /;

export const HANDSHAKES: Readonly<Record<string, Expected>> = {
  "handshake-switched": {
    verdict: "dev: 35 destroyed, 1 added, 21 changed · access broadened · data at risk",
    access: [...EVERY_CALL, ...BY_ENVOY("+", "may now"), ...BY_FUNCTIONS("-", "may no longer", "no longer has")],
  },
  "handshake-switched-back": {
    verdict: "dev: 1 destroyed, 35 added, 21 changed · access broadened",
    access: [...EVERY_CALL, ...BY_ENVOY("-", "may no longer"), ...BY_FUNCTIONS("+", "may now", "now has")],
  },
  "envoy-unchanged": { verdict: "dev: no change", access: [] },
  "envoy-scope-given": { verdict: "dev: 1 replaced, 3 changed · access broadened", access: SCOPE_GIVEN },
  // The same, with the configuration in a secret's version.
  "envoy-scope-given-in-secret": { verdict: "dev: 1 replaced, 4 changed · access broadened", access: SCOPE_GIVEN },
  "envoy-route-removed": {
    verdict: "dev: 1 destroyed, 1 changed · access narrowed",
    access: [
      "- customers/support-desk may no longer call DELETE /orders/{id}",
      `- ${PAST} may ${pastOf("orders")} under a stricter condition`,
    ],
  },
  // Another client id, known after the apply, for the same client.
  "envoy-client-replaced": { verdict: "dev: 1 replaced, 4 changed · access unchanged · data at risk", access: [] },
  "envoy-image-raised": {
    verdict: "dev: 2 changed · access broadened",
    access: SERVICES.map((service) => `+ ${PAST} may ${pastOf(service)} ${OTHER}`),
  },
  "envoy-verifies-as-well": {
    verdict: "dev: 1 changed · access narrowed",
    access: [
      ...["GET /accounts/{id}", "POST /accounts/{id}/locks"].map(
        (call) => `- customers/support-desk may call ${call} under a stricter condition`,
      ),
      ...["GET /accounts/me", "PATCH /accounts/me"].map(
        (call) => `- customers/web may call ${call} under a stricter condition`,
      ),
      "- whoever brings no valid token of a caller is now denied calls of its app on service storefront-dev-accounts",
    ],
  },
};
