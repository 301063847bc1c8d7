import { envoysOf } from "../../../../packages/terraform-access-review/access/envoys";
import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { editConfiguration, enforcing } from "../../../support/shared-issuer";
import { edited, effect, type Json, line, rowsOf, shared, verifying } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const ORDERS = "google_cloud_run_v2_service.orders";

/** Whether the Envoy of orders is read; undefined if calls reach another container. */
const isRead = ({ stack, envoy }: SynthesizedState) => envoysOf(stack, envoy).get(ORDERS)?.isRead;
const unread = (state: SynthesizedState) =>
  rowsOf(state).filter(({ principal, resource }) => principal === "NOT READ" && resource.startsWith("Envoy of"));
const textOf = (state: SynthesizedState) => rowsOf(state).map(line).join("\n");
const openTo = (state: SynthesizedState) =>
  rowsOf(state)
    .filter(({ permission, resource }) => / \//.test(permission) && resource === "service storefront-dev-orders")
    .map(({ principal }) => principal);

/** Orders has a mounted configuration if there are many routes. */
const mounted = enforcing(shared, ({ services }) => {
  const { routes } = services["storefront-dev-orders"];
  for (let index = 0; index < 70; index += 1) routes[`GET /orders/${index}`] = routes["GET /orders"];
});

const ARGS: readonly string[] = shared.stack.resource.google_cloud_run_v2_service?.orders?.template.containers[0].args;

type Edit = (envoy: Json, template: Json, resource: Json) => unknown;

const changedContainer = (state: SynthesizedState, edit: Edit) =>
  edited(state, (resource) => {
    const { template } = resource.google_cloud_run_v2_service.orders;
    edit(template.containers[0], template, resource);
  });

describe("an Envoy that is exactly what its policy compiles to", () => {
  test("is read, whether its configuration is an argument or mounted", () => {
    const mounts = ({ stack }: SynthesizedState) =>
      stack.resource.google_cloud_run_v2_service?.orders?.template.containers[0].volume_mounts !== undefined;
    expect([shared, verifying, mounted].map((state) => [isRead(state), unread(state)])).toEqual(
      [shared, verifying, mounted].map(() => [true, []]),
    );
    expect([shared, mounted].map(mounts)).toEqual([false, true]);
  });

  test("is read from a state too, in which each block is a list and unset arguments are empty", () => {
    const state = changedContainer(mounted, (envoy, template, resource) => {
      const { orders } = resource.google_cloud_run_v2_service;
      Object.assign(envoy, { command: [], env: [], working_dir: "", base_image_uri: null });
      envoy.ports = [{ ...envoy.ports, name: "" }];
      template.containers[1].ports = [];
      template.volumes[0].secret = [{ ...template.volumes[0].secret, default_mode: 0 }];
      template.volumes[0].secret[0].items = [{ ...template.volumes[0].secret[0].items[0], mode: 0, version: "3" }];
      resource.google_secret_manager_secret_version.orders_envoy.version = "3";
      orders.template = [template];
    });
    expect(isRead(state)).toBe(true);
  });
});

const STATES = { shared, verifying, mounted };

testAll<readonly [string, keyof typeof STATES, Edit]>([
  ...ARGS.map((_, at): [string, keyof typeof STATES, Edit] => [
    `another argument ${at + 1}`,
    "shared",
    ({ args }) => (args[at] = `${args[at]}x`),
  ]),
  ["an argument less", "shared", ({ args }) => args.pop()],
  ["an argument more", "shared", ({ args }) => args.push("--config-yaml", "{}")],
  ["its arguments in another order", "shared", ({ args }) => args.push(...args.splice(0, 2))],
  ["a command", "shared", (envoy) => (envoy.command = ["/other"])],
  ["a variable", "shared", (envoy) => (envoy.env = [{ name: "ENVOY_UID", value: "0" }])],
  ["a working folder", "shared", (envoy) => (envoy.working_dir = "/elsewhere")],
  ["a mount", "shared", (envoy) => (envoy.volume_mounts = [{ mount_path: "/etc/ssl/certs", name: "own" }])],
  ["another image", "shared", (envoy) => (envoy.image = envoy.image.replace(/7d$/, "7e"))],
  ["an image without digest", "shared", (envoy) => (envoy.image = envoy.image.replace(/@.*/, ""))],
  ["another port", "shared", (envoy) => (envoy.ports.container_port = 8080)],
  ["another protocol", "shared", (envoy) => (envoy.ports.name = "h2c")],
  ["a third container", "shared", (_, { containers }) => containers.push({ name: "extra", image: "x" })],
  ["a key twice", "shared", ({ args }) => (args[1] = args[1].replace(/^\{/, '{"static_resources":{},'))],
  ["its keys in another order", "shared", ({ args }) => (args[1] = inOtherOrder(args[1]))],
  ["another mounted text", "mounted", (_, __, r) => (version(r).secret_data = `${version(r).secret_data} `)],
  ["no mounted text", "mounted", (_, __, r) => delete r.google_secret_manager_secret_version],
  ["the text of another secret", "mounted", (_, __, r) => (version(r).secret = "other")],
  ["the latest version", "mounted", (_, template) => (items(template)[0].version = "latest")],
  ["a version by number", "mounted", (_, template) => (items(template)[0].version = "1")],
  ["another file", "mounted", (_, template) => (items(template)[0].path = "other.json")],
  ["another folder", "mounted", (envoy) => (envoy.volume_mounts[0].mount_path = "/etc")],
  ["a part of the volume", "mounted", (envoy) => (envoy.volume_mounts[0].sub_path = "x")],
  ["a second mount", "mounted", (envoy) => envoy.volume_mounts.push({ mount_path: "/etc/ssl/certs", name: "own" })],
  ["a second file", "mounted", (_, template) => items(template).push({ path: "x", version: "1" })],
])("an Envoy with %s is not read, its routes are open to anyone, and that is broader", (_, name, edit) => {
  const state = STATES[name];
  const other = changedContainer(state, edit);
  expect(isRead(other)).toBe(false);
  expect(unread(other).map(({ resource }) => resource)).toEqual(["Envoy of service storefront-dev-orders"]);
  expect(new Set(openTo(other))).toEqual(new Set(["anyone"]));
  expect(effect(state, other)).toBe("broadened");
});

test("no byte of the configuration may differ", () => {
  const text = ARGS[1] as string;
  const places = Array.from({ length: 60 }, (_, index) => Math.floor((index * text.length) / 60));
  const read = places.filter((at) => {
    const other = text[at] === "x" ? "y" : "x";
    return isRead(changedContainer(shared, ({ args }) => (args[1] = text.slice(0, at) + other + text.slice(at + 1))));
  });
  expect(read).toEqual([]);
});

test("if functions decide too, an Envoy that is not read is broader, because its refusals no longer count", () => {
  const other = edited(verifying, (_, { stack }) =>
    editConfiguration(stack, "orders", (configuration) => Object.assign(configuration, { admin: {} })),
  );
  expect(unread(other)).toHaveLength(1);
  expect(effect(verifying, other)).toBe("broadened");
});

testAll<readonly ["shared" | "verifying"]>([["shared"], ["verifying"]])(
  "another compiler with the same policy is broader, in both directions, in %s",
  (name) => {
    const state = STATES[name];
    const other = edited(state, (__, { stack }) =>
      editConfiguration(stack, "orders", (configuration) => {
        const [{ filters }] = configuration.static_resources.listeners[0].filter_chains;
        filters[0].typed_config.max_request_headers_kb = 32;
      }),
    );
    expect([effect(other, state), effect(state, other), effect(other, other)]).toEqual([
      "broadened",
      "broadened",
      "unchanged",
    ]);
  },
);

describe("a policy file", () => {
  const claiming = (edit: (policy: Json) => unknown) =>
    edited(shared, (_, copy) => {
      copy.envoy = structuredClone(shared.envoy);
      edit(copy.envoy);
    });

  testAll<readonly [string, (policy: Json) => unknown]>([
    ["fewer clients", ({ issuers }) => issuers[0].clients.pop()],
    ["fewer scopes", ({ issuers }) => issuers[0].clients[0].scopes.pop()],
    ["fewer routes", ({ services }) => delete services["storefront-dev-orders"].routes["GET /orders"]],
    ["scopes for a public route", ({ services }) => demand(services["storefront-dev-catalog"].routes)],
    ["another service", ({ services }) => delete services["storefront-dev-orders"]],
    ["less clock skew", (policy) => Object.assign(policy, { clockSkewSeconds: 1 })],
    ["another image", (policy) => Object.assign(policy, { image: policy.image.replace("7d", "7e") })],
  ])("that claims %s than the container enforces does not make it read", (_, edit) => {
    const forged = claiming(edit);
    expect(unread(forged).length).toBeGreaterThan(0);
    expect(effect(shared, forged)).toBe("broadened");
  });

  testAll<readonly [string, (policy: Json) => unknown]>([
    ["is missing", ({ services }) => Object.assign(services, { "storefront-dev-orders": undefined })],
    ["has an unknown key", (policy) => Object.assign(policy, { more: 1 })],
    ["has an unknown kind of issuer", ({ issuers }) => Object.assign(issuers[0], { kind: "other" })],
    ["has a text in place of a list", ({ issuers }) => Object.assign(issuers[0].clients[0], { scopes: "orders/read" })],
    ["has two issuers with one URL", ({ issuers }) => issuers.push({ ...issuers[0], id: "other" })],
  ])("that %s does not make it read", (_, edit) => {
    expect(isRead(claiming(edit))).toBe(false);
  });

  /** The stack is what the policy gives, as an attacker would commit it. */
  const compiledFrom = (edit: (policy: Json) => unknown) => () => enforcing(shared, edit);
  const access = (policy: Json) => policy.services["storefront-dev-orders"].routes["GET /orders"];

  testAll<readonly [string, (policy: Json) => unknown]>([
    ["two scopes as one", (policy) => (access(policy).scopes = ["orders/read orders/write"])],
    ["an allOf as one scope", (policy) => (access(policy).scopes = ["orders/read&orders/write"])],
    ["the mark of public routes as a scope", (policy) => (access(policy).scopes = ["public"])],
    ["a reference to a value that anyone may set", ({ issuers }) => (issuers[0].url = "${aws_ssm_parameter.x.value}")],
    ["a template's directive", ({ issuers }) => (issuers[0].url = "%{ if true }x%{ endif }")],
    ["a reference behind an escape", ({ issuers }) => (issuers[0].url = "$$${aws_ssm_parameter.x.value}")],
    [
      "two audiences in one text",
      ({ services }) => Object.assign(services["storefront-dev-orders"], { audiences: { "GET /orders": "a  b" } }),
    ],
    ["a command of Envoy's log", (policy) => (policy.project = "%REQ(authorization)%")],
  ])("with %s is refused, because Envoy would read it differently", (_, edit) => {
    expect(compiledFrom(edit)).toThrow("Envoy's policy at ");
  });

  test("that is no object does not make it read", () => {
    for (const policy of [null, 1, "x", []]) {
      expect(isRead({ ...shared, envoy: policy as never })).toBe(false);
    }
    const { envoy: _, ...without } = shared;
    expect(isRead(without)).toBe(false);
  });

  test("of another state is enough, because only what it compiles to counts", () => {
    const { envoy: _, ...without } = shared;
    expect(effect(without, shared)).toBe("unchanged");
    expect(effect(shared, without)).toBe("broadened");
  });
});

/** With one Envoy that is read, because each change makes the review compile all of them again. */
const ofOrders = ({ envoy, ...state }: SynthesizedState): SynthesizedState => {
  const { services, ...rest } = envoy as Json;
  return { ...state, envoy: { ...rest, services: { "storefront-dev-orders": services["storefront-dev-orders"] } } };
};

/** Each place of a policy that holds a value. */
function* places(value: Json, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  if (typeof value !== "object") yield path;
  else for (const key of Object.keys(value)) yield* places(value[key], [...path, key]);
}

const setAt = (root: Json, path: readonly (string | number)[], change: (value: Json) => Json) => {
  const owner = path.slice(0, -1).reduce((found, key) => found[key], root);
  const key = path.at(-1) as string;
  owner[key] = change(owner[key]);
};

testAll<readonly ["shared" | "verifying"]>([["shared"], ["verifying"]])(
  "each value of the policy, changed alone, changes the ledger in %s",
  (name) => {
    const state = STATES[name];
    // A user pool's tokens have no audience, which other kinds of issuer need.
    const isAlone = (path: readonly (string | number)[]) => {
      const [first, index] = path;
      const isPool = state.envoy?.issuers[Number(index)]?.kind === "cognito";
      return first !== "version" && !(path.at(-1) === "kind" && isPool);
    };
    // One place of each kind: the first of the same name, in each issuer and each service.
    const kindOf = (path: readonly (string | number)[]) => {
      const names = path.slice(path[0] === "issuers" || path[0] === "services" ? 2 : 0);
      return JSON.stringify([
        path[0],
        path[0] === "issuers" && path[1],
        names.map((name) => (/ \/|^\d+$/.test(String(name)) ? "" : name)),
      ]);
    };
    const all = [...new Map([...places(state.envoy)].filter(isAlone).map((path) => [kindOf(path), path])).values()];
    const before = textOf(state);
    const untold = all.filter((path) => {
      const name = String(path.at(-1));
      const isKind = name === "kind";
      const other = enforcing(state, (policy) =>
        setAt(policy, path, (value) => {
          if (isKind) return value === "token" ? "subjects" : "token";
          if (name === "image") return value.replace("7d", "7e");
          if (typeof value === "number") return value + 7;
          return value === "public" ? { scopes: ["orders/read"] } : `${value}x`;
        }),
      );
      return textOf(other) === before;
    });
    expect(untold).toEqual([]);
    expect(all.length).toBeGreaterThan(25);
  },
);

testAll<readonly [string, (policy: Json) => unknown]>([
  ["more clock skew", (policy) => (policy.clockSkewSeconds += 1)],
  ["keys that count longer", (policy) => (policy.keysSeconds += 1)],
])("%s is broader, and the reverse narrower", (_, edit) => {
  for (const state of [shared, verifying].map(ofOrders)) {
    const more = enforcing(state, edit);
    const rows = [
      [state, more],
      [more, state],
    ].map(([from, to]) => effect(from as SynthesizedState, to as SynthesizedState));
    expect(rows).toEqual(["broadened", "narrowed"]);
  }
});

test("a route that no longer asks for an audience is broader, the reverse narrower, and another audience broader", () => {
  const audience = (value: string) => (policy: Json) =>
    Object.assign(policy.services["storefront-dev-orders"], { audiences: { "GET /orders": value } });
  for (const state of [shared, verifying].map(ofOrders)) {
    const bound = enforcing(state, audience("https://api.shop.example/mcp"));
    const other = enforcing(state, audience("https://api.shop.example/other"));
    expect(isRead(bound)).toBe(true);
    expect([effect(bound, state), effect(state, bound), effect(bound, other)]).toEqual([
      "broadened",
      "narrowed",
      "broadened",
    ]);
  }
  const rows = rowsOf(enforcing(shared, audience("https://api.shop.example/mcp")));
  const bound = rows.filter(({ condition }) => condition.includes("a token for https://api.shop.example/mcp"));
  expect(new Set(bound.map(({ permission }) => permission))).toEqual(new Set(["GET /orders"]));
});

const items = (template: Json) => template.volumes[0].secret.items;
const version = (resource: Json) => resource.google_secret_manager_secret_version.orders_envoy;

function demand(routes: Json): void {
  for (const key of Object.keys(routes)) if (routes[key] === "public") routes[key] = { scopes: ["catalog/write"] };
}

function inOtherOrder(text: string): string {
  return JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse()));
}

test("another text of an Envoy that was not read before is in doubt", () => {
  const { envoy: _, ...mountedUnread } = mounted;
  const other = edited(mountedUnread, (r) => {
    version(r).secret_data = version(r).secret_data.replace('"max_headers_count":100', '"max_headers_count":101');
  });
  const { envoy: __, ...argued } = verifying;
  const otherArgued = edited(argued, (resource) => {
    const { args } = resource.google_cloud_run_v2_service.accounts.template.containers[0];
    args[1] = args[1].replace('"max_headers_count":100', '"max_headers_count":101');
  });
  expect([effect(mountedUnread, other), effect(argued, otherArgued)]).toEqual(["broadened", "broadened"]);
});
