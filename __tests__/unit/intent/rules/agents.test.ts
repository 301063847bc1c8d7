import { dev, faults, shownFaults } from "../../../support/config-folder";

const AGENT = "issuer: partner, subject: agent-7";

test("an agent may have only scopes of read-only methods", () => {
  expect(faults(`clients: { bot: { ${AGENT}, kind: agent, scopes: [orders/read] } }`)).toEqual([]);
  expect(shownFaults(`clients: { bot: { ${AGENT}, kind: agent, scopes: [orders/read, orders/write] } }`)).toEqual([
    expect.stringMatching(
      /clients\.bot\.scopes\[1\] {2}got "orders\/write", which opens POST \/orders, expected a scope of GET and HEAD routes only.*\n.*allowWrites: true with allowWritesReason/,
    ),
  ]);
});

test("a scope of both read and write routes counts as a write scope", () => {
  const routes = "services: { orders: { routes: { DELETE /orders: { scopes: [orders/read] } } } }";
  expect(faults(`${routes}\nclients: { bot: { ${AGENT}, kind: agent, scopes: [orders/read] } }`)).toEqual([
    expect.stringContaining('got "orders/read", which opens DELETE /orders'),
  ]);
});

test("an agent with a reason may write", () => {
  const bot = `${AGENT}, kind: agent, scopes: [orders/write], allowWrites: true, allowWritesReason: refunds (SHOP-12)`;
  expect(faults(`clients: { bot: { ${bot} } }`)).toEqual([]);
});

test.each([
  ["allowWrites: true, scopes: [orders/write]", "allowWrites", "no reason"],
  ["allowWrites: true, allowWritesReason: why, scopes: [orders/read]", "allowWrites", "true, but none of its scopes"],
  ["allowWritesReason: why, scopes: [orders/read]", "allowWritesReason", "a reason without allowWrites"],
])("an incomplete or superfluous permission to write is refused: %s", (written, key, got) => {
  expect(faults(`clients: { bot: { ${AGENT}, kind: agent, ${written} } }`)).toEqual([
    expect.stringMatching(new RegExp(`^clients\\.bot\\.${key} {2}got ${got}`)),
  ]);
});

test.each(["allowWrites: true", "allowWrites: false", "allowWritesReason: why"])(
  "a client that is not an agent needs no permission to write: %s",
  (written) => {
    expect(faults(`clients: { bot: { ${AGENT}, scopes: [orders/write], ${written} } }`)).toEqual([
      expect.stringContaining("got a client that is not an agent, expected kind: agent in the same client"),
    ]);
  },
);

test("behind a REST API an agent needs a quota, its own or the default plan's", () => {
  const bot = `bot: { ${AGENT}, kind: agent, scopes: [orders/read]`;
  const rest = "gateway: { kind: rest }\nclients: ";
  expect(faults(`${rest}{ ${bot} } }`)).toEqual([
    "clients.bot  got an agent without a quota, expected quota: { requests, per } (or one in gateway.defaultPlan)",
  ]);
  expect(faults(`${rest}{ ${bot}, quota: { requests: 100, per: day } } }`)).toEqual([]);
  const plan = "defaultPlan: { quota: { requests: 100, per: day } }";
  expect(faults(`gateway: { kind: rest, ${plan} }\nclients: { ${bot} } }`)).toEqual([]);
});

test("a disabled client is in the intent, but in no plan", () => {
  const quota = "quota: { requests: 100, per: day }";
  const { clients, gateway } = dev(
    `gateway: { kind: rest }\nclients: { bot: { ${AGENT}, scopes: [orders/read], disabled: true, ${quota} } }`,
  );
  expect(clients.find(({ id }) => id === "bot")?.disabled).toBe(true);
  expect(gateway.plans).toEqual([]);
});

test("an agent may not have all scopes of an allOf on a write route", () => {
  const routes =
    "services: { orders: { routes: { DELETE /orders: { scopes: { allOf: [orders/read, orders/purge] } } } } }";
  const bot = (scopes: string) => `${routes}\nclients: { bot: { ${AGENT}, kind: agent, scopes: [${scopes}] } }`;
  expect(faults(bot("orders/read"))).toEqual([]);
  expect(faults(bot("orders/purge"))).toEqual([]);
  expect(faults(bot("orders/read, orders/purge"))).toEqual([
    expect.stringContaining('got "orders/read", which opens DELETE /orders'),
    expect.stringContaining('got "orders/purge", which opens DELETE /orders'),
  ]);
});
