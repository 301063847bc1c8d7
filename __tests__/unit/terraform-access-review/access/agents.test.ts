import type { Client } from "../../../../intent/model/client-intent";
import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { stateOf } from "../../../support/rest-state";
import { rotatedIntent } from "../../../support/rotation";
import { intentOf } from "../../../support/shop";
import { accessBetween, dev, edited, type Json, line, lines, rowsOf } from "../../../support/synthesized-states";

/** Turns the config's agent into an ordinary client. */
const PLAIN = { kind: undefined } as unknown as Partial<Client>;
const AGENT = { kind: "agent" } as const;
const WRITER = {
  ...AGENT,
  allowWrites: true,
  allowWritesReason: "refunds",
  scopes: ["orders/export", "orders/read", "orders/write"],
} as const;

/** An intent, by default dev's, with a changed `reporting-agent`; null removes the agent. */
function state(changed: Partial<Client> | null, intent = intentOf("dev")): SynthesizedState {
  const clients = intent.clients.flatMap((each) => {
    if (each.id !== "reporting-agent") return [each];
    return changed === null ? [] : [{ ...each, ...changed } as Client];
  });
  return stateOf({ ...intent, clients });
}

const review = (before: Partial<Client> | null, after: Partial<Client> | null) =>
  lines(accessBetween(state(before), state(after)));

const WHO = "customers/reporting-agent";
const NO_WRITES = `${WHO} | DENY methods that write | every scoped route`;
const NO_CALLS = `${WHO} | DENY any call | every scoped route`;
const ORDERS = "service storefront-dev-orders";

test("the ledger reports the denial of an agent for as long as the client is an agent", () => {
  const denied = (of: Partial<Client>) =>
    rowsOf(state(of))
      .filter(({ permission }) => permission === "DENY methods that write")
      .map(line);
  expect(denied(AGENT)).toEqual([`${NO_WRITES} | agents are read-only`]);
  expect(denied(PLAIN)).toEqual([]);
  expect(denied(WRITER)).toEqual([]);
});

test("a client that becomes an agent is narrower, and the reverse is broader", () => {
  const lives = (before: number, after: number) =>
    ["access_token_validity", "id_token_validity"].map(
      (life) => `${life} of aws_cognito_user_pool_client.reporting_agent: ${before} → ${after}`,
    );
  expect(review(PLAIN, AGENT)).toEqual([...lives(60, 15), NO_WRITES].map((each) => `- ${each}`).sort());
  expect(review(AGENT, PLAIN)).toEqual([...lives(15, 60), NO_WRITES].map((each) => `+ ${each}`).sort());
});

test("an agent that may write gains routes and loses its denial", () => {
  const found = review(AGENT, WRITER);
  expect(found).toEqual(expect.arrayContaining([`+ ${NO_WRITES}`, `+ ${WHO} | POST /orders | ${ORDERS}`]));
});

test("a disabled agent may call nothing and gets no token; enabling it again is broader", () => {
  const disabled = review(AGENT, { ...AGENT, disabled: true });
  expect(disabled).toEqual(
    expect.arrayContaining([
      `- ${NO_CALLS}`,
      `- ${WHO} | GET /orders | ${ORDERS}`,
      expect.stringMatching(/^- app client storefront-dev-reporting-agent \| get tokens/),
    ]),
  );
  expect(disabled.filter((each) => each.startsWith("+"))).toEqual([]);
  expect(review({ ...AGENT, disabled: true }, AGENT)).toEqual(
    expect.arrayContaining([`+ ${NO_CALLS}`, `+ ${WHO} | GET /orders | ${ORDERS}`]),
  );
});

test("callers are identified by their claims, so other claims are another caller", () => {
  const claims = { environment: "prod", repository: "acme/shop" };
  const prod = edited(dev, (_, { policy }) => {
    policy.issuers.find(({ id }: Json) => id === "aws").claimants = [
      { id: "release", scopes: ["orders/read"], claims },
    ];
  });
  const any = edited(prod, (_, { policy }) => {
    delete policy.issuers.find(({ id }: Json) => id === "aws").claimants[0].claims.environment;
  });
  const rows = rowsOf(prod);
  expect(rows.filter(({ permission }) => permission === "GET /orders").map(({ principal }) => principal)).toContain(
    "aws/release",
  );
  expect(
    rows.find(({ principal, permission }) => principal === "issuer aws" && permission === "issue tokens for callers")
      ?.condition,
  ).toContain("release: environment is prod and repository is acme/shop");
  expect(lines(accessBetween(prod, any)).filter((each) => !each.includes("authorizer-policy.json"))).toEqual([
    "+ ~ issuer aws | issue tokens for callers | the authorizer",
  ]);
});

test("disabling a client stops the rotation of its secret and keeps its value, and none of that is broader", () => {
  const [on, off] = [stateOf(rotatedIntent()), state({ disabled: true }, rotatedIntent())];
  const version = ({ stack }: SynthesizedState) => stack.resource.aws_secretsmanager_secret_version?.reporting_agent;
  expect(version(off)).toEqual(version(on));
  const found = lines(accessBetween(on, off));
  expect(found.filter((each) => each.startsWith("+"))).toEqual([]);
  expect(found).toContainEqual(
    expect.stringMatching(/^- role storefront-dev-rotate-reporting-agent \| .*secretsmanager:PutSecretValue/),
  );
});
