import type { Client } from "../../../intent/client-intent";
import { accessLedger } from "../../../review/access";
import { changeOfStacks } from "../../../review/change/from-stacks";
import type { SynthesizedState } from "../../../review/change/state";
import { guardSentence, rowSentence } from "../../../review/report/sentences";
import { authorizerPolicy } from "../../../stacks/authorizer-policy";
import { intentOf, stackOf } from "../../support/stack";

/** No agent, as the config's own is. */
const PLAIN = { kind: undefined } as unknown as Partial<Client>;
const AGENT = { kind: "agent" } as const;
const WRITER = { ...AGENT, allowWrites: true, allowWritesReason: "refunds" } as const;

/** Dev with another `reporting-agent`; null: without it. */
function state(changed: Partial<Client> | null): SynthesizedState {
  const dev = intentOf("dev");
  const clients = dev.clients.flatMap((each) => {
    if (each.id !== "reporting-agent") return [each];
    return changed === null ? [] : [{ ...each, ...changed } as Client];
  });
  const intent = { ...dev, clients };
  return { stack: stackOf(intent).json, policy: JSON.parse(JSON.stringify(authorizerPolicy(intent))) };
}

/** What a review says of access, the broader first: `+` or `-` before each. */
function review(before: Partial<Client> | null, after: Partial<Client> | null): readonly string[] {
  const { access } = changeOfStacks("dev", state(before), state(after));
  const sign = (effect: string) => (effect === "broadened" ? "+" : "-");
  return [
    ...access.rows.map((row) => `${sign(row.effect)} ${rowSentence(row)}`),
    ...access.guards.map((guard) => `${sign(guard.effect)} ${guardSentence(guard)}`),
  ].sort();
}

test("the ledger says from what an agent is held, as long as it is", () => {
  const denied = (of: Partial<Client>) => {
    const { stack, policy } = state(of);
    return accessLedger(stack, policy).filter(({ may }) => may === "DENY methods that write");
  };
  expect(denied(AGENT)).toEqual([
    {
      who: "customers/reporting-agent",
      may: "DENY methods that write",
      on: "every scoped route",
      under: "an agent",
    },
  ]);
  expect(denied(PLAIN)).toEqual([]);
  expect(denied({ ...WRITER, scopes: ["orders/write"] })).toEqual([]);
});

test("a new agent: which routes it may call, how it gets tokens, who reads its secret", () => {
  const lines = review(null, AGENT);
  expect(lines).toEqual(
    expect.arrayContaining([
      "+ customers/reporting-agent may now call GET /orders",
      "+ customers/reporting-agent may now call GET /orders/export",
      expect.stringMatching(/^\+ app client storefront-dev-reporting-agent may now get tokens by client_credentials/),
    ]),
  );
  expect(lines.filter((line) => line.startsWith("+ ") && /call (POST|PUT|PATCH|DELETE)/.test(line))).toEqual([]);
});

test("a client that becomes an agent is held more tightly, and back it is let go", () => {
  const life = "of aws_cognito_user_pool_client.reporting_agent is";
  expect(review(PLAIN, AGENT)).toEqual([
    `- access_token_validity ${life} stronger: 60 → 15`,
    "- customers/reporting-agent is now denied methods that write on every scoped route",
    `- id_token_validity ${life} stronger: 60 → 15`,
  ]);
  expect(review(AGENT, PLAIN)).toEqual([
    `+ access_token_validity ${life} weaker: 15 → 60`,
    "+ customers/reporting-agent is no longer denied methods that write on every scoped route",
    `+ id_token_validity ${life} weaker: 15 → 60`,
  ]);
});

test("an agent that may write has its new routes, and its old denial no more", () => {
  const lines = review(AGENT, { ...WRITER, scopes: ["orders/export", "orders/read", "orders/write"] });
  expect(lines).toContain("+ customers/reporting-agent is no longer denied methods that write on every scoped route");
  expect(lines).toContain("+ customers/reporting-agent may now call POST /orders");
});

test("disabled, it may call nothing and gets no token; enabled again, all of that is broader", () => {
  const disabled = review(AGENT, { ...AGENT, disabled: true });
  expect(disabled).toEqual(
    expect.arrayContaining([
      "- customers/reporting-agent is now denied any call on every scoped route",
      "- customers/reporting-agent may no longer call GET /orders",
      expect.stringMatching(/^- app client storefront-dev-reporting-agent may no longer get tokens/),
    ]),
  );
  expect(disabled.filter((line) => line.startsWith("+"))).toEqual([]);
  const enabled = review({ ...AGENT, disabled: true }, AGENT);
  expect(enabled).toContain("+ customers/reporting-agent is no longer denied any call on every scoped route");
  expect(enabled).toContain("+ customers/reporting-agent may now call GET /orders");
});

test("callers by their claims are told by them, and other claims are another caller", () => {
  const release = (claims: Record<string, string>) => ({
    clients: [
      { id: "release", issuer: "aws", grant: "external", scopes: ["orders/read"], disabled: false, claims } as Client,
    ],
  });
  const of = (claims: Record<string, string>): SynthesizedState => {
    const intent = { ...intentOf("dev"), ...release(claims) };
    return { stack: stackOf(intent).json, policy: JSON.parse(JSON.stringify(authorizerPolicy(intent))) };
  };
  const [prod, any] = [of({ environment: "prod", repository: "acme/shop" }), of({ repository: "acme/shop" })];
  const rows = accessLedger(prod.stack, prod.policy ?? undefined);
  expect(rows.filter(({ may }) => may === "GET /orders").map(({ who }) => who)).toContain("aws/release");
  expect(rows.find(({ who, may }) => who === "issuer aws" && may === "vouch for callers")?.under).toContain(
    "release is whose environment is prod and repository is acme/shop",
  );
  const { access } = changeOfStacks("dev", prod, any);
  expect(access.rows.map((row) => `${row.effect}: ${rowSentence(row)}`)).toEqual([
    "broadened: issuer aws may vouch for callers on the authorizer under a looser or other condition",
  ]);
});

test("a client whose secret is rotated keeps the secret as it is while it is disabled, and nothing of that is broader", () => {
  const prod = intentOf("prod");
  const of = (disabled: boolean): SynthesizedState => {
    const clients = prod.clients.map((each) => (each.id === "reporting-agent" ? { ...each, disabled } : each));
    const intent = { ...prod, clients };
    return { stack: stackOf(intent).json, policy: JSON.parse(JSON.stringify(authorizerPolicy(intent))) };
  };
  const [on, off] = [of(false), of(true)];
  const version = ({ stack }: SynthesizedState) => stack.resource.aws_secretsmanager_secret_version?.reporting_agent;
  expect(version(off)).toEqual(version(on));
  const { access } = changeOfStacks("prod", on, off);
  expect([...access.rows, ...access.guards].filter(({ effect }) => effect === "broadened")).toEqual([]);
  expect(access.rows.map(rowSentence)).toContain(
    "role storefront-prod-rotate-reporting-agent may no longer secretsmanager:DescribeSecret, secretsmanager:GetSecretValue, secretsmanager:PutSecretValue, secretsmanager:UpdateSecretVersionStage on AWS secret storefront-prod/clients/reporting-agent",
  );
});
