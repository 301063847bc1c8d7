import type { Edit } from "./edits";
import { base, dev } from "./edits";

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON, changed as a person would
type Json = any;

export type StackEdit = (stack: Json) => void;

/** Another address for one resource, and the block that says so: `previousName` makes the same. */
export function moved(from: string, to: string): StackEdit {
  return (stack) => {
    const [type = "", old = ""] = from.split(".");
    const [, young = ""] = to.split(".");
    const text = JSON.stringify(stack.resource).replaceAll(`${from}.`, `${to}.`).replaceAll(`"${from}"`, `"${to}"`);
    stack.resource = JSON.parse(text);
    stack.output = JSON.parse(JSON.stringify(stack.output).replaceAll(`${from}.`, `${to}.`));
    stack.resource[type][young] = stack.resource[type][old];
    delete stack.resource[type][old];
    stack.moved = [{ from, to }];
  };
}

/** Taken out of the configuration and left in the cloud. */
export function forget(address: string): StackEdit {
  return (stack) => {
    const [type = "", name = ""] = address.split(".");
    delete stack.resource[type][name];
    if (Object.keys(stack.resource[type]).length === 0) delete stack.resource[type];
    // Lists of what comes first, or what else is replaced then, name it without braces.
    stack.resource = without(stack.resource, address);
    stack.removed = [{ from: address, lifecycle: { destroy: false } }];
  };
}

function without(value: Json, address: string): Json {
  if (Array.isArray(value)) return value.filter((item) => item !== address).map((item) => without(item, address));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, without(item, address)]));
}

export function importing(to: string, id: string): StackEdit {
  return (stack) => {
    stack.import = [{ to, id }];
  };
}

/** The functions' own code changed, and no policy: only hashes move. */
export const otherCode: StackEdit = (stack) => {
  for (const name of ["callers", "public"]) {
    stack.resource.aws_lambda_function[name].source_code_hash = "vcJ8tq3yOGH2MEVGvGWSKLvXfRbmmR1QJ6gmZMkbQ7c=";
  }
  stack.resource.aws_apigatewayv2_stage.gateway.stage_variables.policy = "bdc27cb6adf23861";
};

/** Resources and the keys of each, the other way round: the same stack. */
export const inOtherOrder: StackEdit = (stack) => {
  stack.resource = turned(stack.resource);
};

function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, turned(item)]),
  );
}

/** Two hundred and eighty routes more, in one order or the other. */
export function manyRoutes(order: "up" | "down"): Edit {
  const lines = Array.from({ length: 280 }, (_, index) => `      GET /shelves/s${index}: public\n`);
  const text = (order === "up" ? lines : lines.reverse()).join("");
  return base("      GET /products: public\n", `${text}      GET /products: public\n`);
}

/** So many routes that Envoy's configuration is mounted: no argument is that long. */
export const longConfiguration: Edit = base(
  "      GET /orders/{id}: {",
  `${Array.from({ length: 80 }, (_, index) => `      GET /orders/lists/${index}: { scopes: [orders/read] }\n`).join("")}      GET /orders/{id}: {`,
);

/** One issuer, no public route and no throttle, which both handshakes can hold. */
export const FOR_BOTH: readonly Edit[] = [
  dev("  workforce: { audiences: [api://storefront-dev] }\n", "  workforce: null\n"),
  dev(
    `  # AWS's own outbound federation, switched on once for the account: a role's token proves which role it is.
  aws:
    kind: oidc
    issuer: https://11111111-2222-3333-4444-555555555555.tokens.sts.global.api.aws
    audiences: [storefront-dev]
`,
    "",
  ),
  dev("  throttle: { ratePerSecond: 10, burst: 20 }\n", "  throttle: null\n"),
  dev(
    `  orders:
    scaling: { max: 2 }
    environment: { LOG_LEVEL: debug }
  catalog:
    resources: { cpu: 0.5, memory: 256Mi }
    scaling: { max: 2, concurrency: 1 } # less than one core takes one request at a time
    environment: { LOG_LEVEL: debug }
  accounts:
    scaling: { max: 2 }
    environment: { LOG_LEVEL: debug }
`,
    `  orders:
    scaling: { max: 2 }
    environment: { LOG_LEVEL: debug }
    routes:
      POST /orders: { throttle: null }
  catalog: null
  accounts:
    scaling: { max: 2 }
    environment: { LOG_LEVEL: debug }
    routes:
      POST /accounts/{id}/locks: { throttle: null }
`,
  ),
  dev(
    `  # A role of this account that calls with AWS's own token, and gets exactly this.
  nightly-export:
    issuer: aws
    subject: "arn:aws:iam::111122223333:role/nightly-export"
    scopes: [orders/read, orders/export]
`,
    "",
  ),
];

const IMAGE = "europe-docker.pkg.dev/acme/mirror/envoy:distroless-v1.40.0@sha256:";
const ENVOY = `envoy: { image: "${IMAGE}${"7d".repeat(32)}" }\n`;

/** The same front door with Envoy in place of functions. */
export const SHARED_ISSUER: readonly Edit[] = [
  ...FOR_BOTH,
  dev(
    "recoveryDays: 7\n",
    `recoveryDays: 7\nhandshake: shared-issuer\nenvoy: { image: "${IMAGE}${"7d".repeat(32)}" }\n`,
  ),
];

export const otherEnvoy: Edit = dev("7d".repeat(32), "7e".repeat(32));

/** Functions decide, and Envoy verifies the token again before one app. */
export const VERIFIED: readonly Edit[] = [
  ...FOR_BOTH,
  dev("recoveryDays: 7\n", `recoveryDays: 7\n${ENVOY}`),
  dev("  accounts:\n    scaling: { max: 2 }", "  accounts:\n    verifyCallerToken: true\n    scaling: { max: 2 }"),
];
