import { declaredServices } from "../../../local/services/declaration";
import type { Change } from "../support/document";
import { container, previewStack, template } from "../support/preview";

const AT = "google_cloud_run_v2_service.orders.template.containers";

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
      version: "1.40.0",
      delivery: "argument",
      configurationAt: 1,
      configuration: { ports: { ingress: 10_000, probe: 10_001, app: 8080 }, probePath: "/ready" },
    },
  });
  expect(found?.envoy?.args[1]).toBe(found?.envoy?.text);
  expect(found?.envoy?.text).not.toContain("${");
});

test("the containers' order means nothing", () => {
  const swapped = template("orders", ({ containers }) => containers.reverse());
  expect(orders(swapped)?.envoy?.address).toBe(`${AT}.1.args`);
  expect(orders(swapped)?.variables).toEqual(orders()?.variables);
});

test.each<[string, 0 | 1, (container: Record<string, unknown>) => unknown, string]>([
  ["no arguments", 0, (envoy) => delete envoy.args, `${AT}.0.args: expected --config-yaml or --config-path`],
  ["an option without a value", 0, (envoy) => (envoy.args = ["--config-yaml"]), `${AT}.0.args: expected --config-yaml`],
  [
    "a text that is no JSON",
    0,
    (envoy) => (envoy.args = ["--config-yaml", "a: 1"]),
    `${AT}.0.args: Envoy's configuration is no JSON`,
  ],
  [
    "a file that is not mounted",
    0,
    (envoy) => (envoy.args = ["--config-path", "/x"]),
    `${AT}.0.args: nothing is mounted at /x`,
  ],
  ["a command", 0, (envoy) => (envoy.command = ["sh"]), `${AT}.0.command: unknown to the local stand-in`],
  ["variables", 0, (envoy) => (envoy.env = []), `${AT}.0.env: unknown to the local stand-in`],
  [
    "a container that it waits for and is none",
    0,
    (envoy) => (envoy.depends_on = ["ap"]),
    `${AT}.0.depends_on: the service has no container ap`,
  ],
  ["another port", 0, (envoy) => (envoy.ports = { container_port: 8080 }), `${AT}.0.ports: got 8080, expected 10000`],
  ["no port", 0, (envoy) => delete envoy.ports, `${AT}.0.ports: got none, expected 10000`],
  [
    "a probe of another port",
    0,
    (envoy) => (envoy.startup_probe = { http_get: { path: "/ready", port: 10_000 } }),
    `${AT}.0.startup_probe: got /ready on 10000, expected /ready on 10001`,
  ],
  [
    "a probe of another path",
    0,
    (envoy) => (envoy.startup_probe = { http_get: { path: "/", port: 10_001 } }),
    `${AT}.0.startup_probe: got / on 10001`,
  ],
  [
    "a liveness probe of another port",
    0,
    (envoy) => (envoy.liveness_probe = { http_get: { path: "/ready", port: 8080 } }),
    `${AT}.0.liveness_probe: got /ready on 8080, expected /ready on 10001`,
  ],
  ["a probe by gRPC", 0, (envoy) => (envoy.startup_probe = { grpc: {} }), `${AT}.0.startup_probe.grpc: unknown`],
  [
    "an unknown attribute of a mount",
    0,
    (envoy) =>
      Object.assign(envoy, {
        args: ["--config-path", "/x"],
        volume_mounts: [{ name: "x", mount_path: "/", sub_path: "y" }],
      }),
    `${AT}.0.volume_mounts[0].sub_path: unknown`,
  ],
  [
    "an app that takes calls itself",
    1,
    (app) => (app.ports = { container_port: 8080 }),
    `${AT}.1.ports: expected none: calls must come to Envoy first`,
  ],
  [
    "an app on another port",
    1,
    (app) => (app.env = [{ name: "PORT", value: "9000" }]),
    `${AT}.1.env.PORT: got 9000, expected 8080`,
  ],
  ["an app that is told no port", 1, (app) => (app.env = []), `${AT}.1.env.PORT: got none, expected 8080`],
  ["an app with a mount", 1, (app) => (app.volume_mounts = []), `${AT}.1.volume_mounts: unknown to the local stand-in`],
  ["a second Envoy", 1, (app) => (app.name = "envoy"), `${AT}: expected the app, and before it Envoy or nothing`],
])("%s is refused", (_, index, change, message) => {
  expect(() => orders(container("orders", index, change))).toThrow(message);
});

test("a mirror may call Envoy's image as it likes: the container's name tells which one it is", () => {
  const image = `eu-docker.pkg.dev/acme/mirror/envoyproxy:distroless-v1.40.0@sha256:${"7".repeat(64)}`;
  const mirrored = orders(container("orders", 0, (envoy) => (envoy.image = image)));
  expect(mirrored).toEqual(orders());
  expect(mirrored?.envoy?.version).toBe("1.40.0");
});

test("what cannot change an answer may be anything", () => {
  const envoy = container("orders", 0, (each) =>
    Object.assign(each, { resources: { limits: { cpu: "9" } }, depends_on: ["app"] }),
  );
  expect(() => orders(envoy)).not.toThrow();
});
