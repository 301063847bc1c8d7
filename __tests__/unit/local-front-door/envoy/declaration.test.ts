import { ENVOY_VERSION } from "../../../../intent/schema/image-reference";
import { pinnedEnvoy } from "../../../../packages/local-front-door/envoy/binary";
import { declaredServices } from "../../../../packages/local-front-door/services/declaration";
import { type Change, remove, set } from "../../../support/local/document";
import { mounted, SECRET } from "../../../support/local/mounted-envoy";
import { container, envoy, previewStack, template } from "../../../support/local/preview-document";
import { ReadableStack, type Refused } from "../../../support/local/reading";

const AT = "google_cloud_run_v2_service.orders.template.containers";

const preview = ReadableStack.of("preview");

function orders(...changes: readonly Change[]) {
  return declaredServices(previewStack(...changes)).find(({ name }) => name === "storefront-preview-orders");
}

test("the app's container has the variables, Envoy's the arguments, with every reference resolved", () => {
  const found = orders();
  expect(found).toMatchObject({
    openToInternet: true,
    variables: { LOG_LEVEL: "debug", PORT: "8080" },
    secrets: [],
    envoy: {
      address: `${AT}.0.args`,
      version: ENVOY_VERSION,
      delivery: "argument",
      configurationAt: 1,
      configuration: { ports: { ingress: 10_000, probe: 10_001, app: 8080 }, probePath: "/ready" },
    },
  });
  expect(found?.envoy?.args[1]).toBe(found?.envoy?.text);
  expect(found?.envoy?.text).not.toContain("${");
});

test("the release of Envoy here is the one that the stacks declare and that was compared with the authorizer", () => {
  expect([pinnedEnvoy(), orders()?.envoy?.version]).toEqual([ENVOY_VERSION, ENVOY_VERSION]);
});

test("the order of the containers does not matter", () => {
  const swapped = template("orders", ({ containers }) => containers.reverse());
  expect(orders(swapped)?.envoy?.address).toBe(`${AT}.1.args`);
  expect(orders(swapped)?.variables).toEqual(orders()?.variables);
});

/** Faults of Envoy's container (0) or the app's (1), each with the beginning of the refusal. */
const WRONG: readonly (readonly [index: 0 | 1, (container: Record<string, unknown>) => unknown, string])[] = [
  [0, (envoy) => delete envoy.args, `${AT}.0.args: expected --config-yaml or --config-path`],
  [0, (envoy) => (envoy.args = ["--config-yaml"]), `${AT}.0.args: expected --config-yaml`],
  [0, (envoy) => (envoy.args = ["--config-yaml", "a: 1"]), `${AT}.0.args: Envoy's configuration is not a JSON object`],
  [0, (envoy) => (envoy.args = ["--config-path", "/x"]), `${AT}.0.args: nothing is mounted at /x`],
  [0, (envoy) => (envoy.env = []), `${AT}.0.env: unknown to the local stand-in`],
  [0, (envoy) => (envoy.depends_on = ["ap"]), `${AT}.0.depends_on: the service has no container ap`],
  [0, (envoy) => (envoy.ports = { container_port: 8080 }), `${AT}.0.ports: got 8080, expected 10000`],
  [0, (envoy) => delete envoy.ports, `${AT}.0.ports: got none, expected 10000`],
  [
    0,
    (envoy) => (envoy.startup_probe = { http_get: { path: "/ready", port: 10_000 } }),
    `${AT}.0.startup_probe: got /ready on 10000, expected /ready on 10001`,
  ],
  [
    0,
    (envoy) => (envoy.startup_probe = { http_get: { path: "/", port: 10_001 } }),
    `${AT}.0.startup_probe: got / on 10001`,
  ],
  [
    0,
    (envoy) => (envoy.liveness_probe = { http_get: { path: "/ready", port: 8080 } }),
    `${AT}.0.liveness_probe: got /ready on 8080, expected /ready on 10001`,
  ],
  [1, (app) => (app.ports = { container_port: 8080 }), `${AT}.1.ports: expected none: calls must reach Envoy first`],
  [1, (app) => (app.env = [{ name: "PORT", value: "9000" }]), `${AT}.1.env.PORT: got 9000, expected 8080`],
  [1, (app) => (app.env = []), `${AT}.1.env.PORT: got none, expected 8080`],
  [1, (app) => (app.volume_mounts = []), `${AT}.1.volume_mounts: unknown to the local stand-in`],
  [1, (app) => (app.name = "envoy"), `${AT}: expected the app, and before it Envoy or nothing`],
];

test("containers that would not work together stop the start", () => {
  const cases = WRONG.map(([index, change, expected]): Refused => [expected, container("orders", index, change)]);
  expect(preview.unrefused(cases)).toEqual([]);
});

test("an Envoy that is missing, is another program or lacks a required setting stops the start", () => {
  const nginx = "docker.io/library/nginx:1.29";
  const has = `${AT}.0.args: Envoy's configuration has no `;
  expect(
    preview.unrefused([
      [
        "google_cloud_run_v2_service.orders.invoker_iam_disabled: neither IAM nor an Envoy",
        template("orders", ({ containers }) => containers.shift()),
      ],
      [`${AT}.0.image: got ${nginx}, expected the tag`, container("orders", 0, (proxy) => (proxy.image = nginx))],
      [`${has}the listener probe`, envoy("orders", ({ bootstrap }) => bootstrap.static_resources.listeners.pop())],
      [
        `${has}a port of the cluster app`,
        envoy("orders", ({ bootstrap }) => bootstrap.static_resources.clusters.shift()),
      ],
    ]),
  ).toEqual([]);
});

describe("a configuration in a mounted secret's version", () => {
  test("is read like one in an argument", () => {
    const { configuration, text, delivery } = orders(mounted)?.envoy ?? {};
    expect([configuration, text]).toEqual([orders()?.envoy?.configuration, orders()?.envoy?.text]);
    expect(delivery).toBe("mounted");
  });

  test("that the service cannot read, or that is elsewhere, stops the start", () => {
    const BINDING = `${SECRET}_iam_binding.orders_envoy`;
    const volume = (change: (volume: { name: string; secret: { items: Record<string, unknown>[] } }) => unknown) =>
      template("orders", ({ volumes }) => change(volumes[0]));
    expect(
      preview.unrefused([
        ["may not read orders-envoy: no binding allows it", mounted, remove(BINDING)],
        [
          `may not read orders-envoy: ${BINDING} does not allow it`,
          mounted,
          set(BINDING, { members: ["${google_service_account.accounts_rt.member}"] }),
        ],
        [
          "has no version 7 of orders-envoy",
          mounted,
          volume(({ secret: { items } }) => (items[0] = { ...items[0], version: "7" })),
        ],
        [
          "nothing is mounted at /etc/envoy-configuration/envoy-1.json",
          mounted,
          volume(({ secret: { items } }) => (items[0] = { ...items[0], path: "x.json" })),
        ],
        ["no volume has the name envoy-configuration", mounted, volume((found) => (found.name = "x"))],
      ]),
    ).toEqual([]);
  });
});

test("Envoy's image may have any name, because the container's name identifies it", () => {
  const image = `eu-docker.pkg.dev/acme/mirror/envoyproxy:distroless-v1.40.0@sha256:${"7".repeat(64)}`;
  const mirrored = orders(container("orders", 0, (envoy) => (envoy.image = image)));
  expect(mirrored).toEqual(orders());
  expect(mirrored?.envoy?.version).toBe("1.40.0");
});

test("settings that cannot change an answer may have any value", () => {
  const envoy = container("orders", 0, (each) =>
    Object.assign(each, { resources: { limits: { cpu: "9" } }, depends_on: ["app"] }),
  );
  expect(() => orders(envoy)).not.toThrow();
});
