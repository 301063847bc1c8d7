import { parse } from "yaml";
import { envoyFiles, reviewText } from "../../../../cli/synthesis/review-text";

test("sorts keys, and removes cdktf's metadata at every depth", () => {
  const text = reviewText({
    "//": { metadata: { version: "0.21.0" } },
    resource: { b: { x: { "//": { path: "dev/x" }, z: 1, a: [{ "//": 1, c: 2 }] } } },
  });
  expect(text).toBe(`${JSON.stringify({ resource: { b: { x: { a: [{ c: 2 }], z: 1 } } } }, null, 2)}\n`);
});

test("keeps the order of a list, because it may have a meaning", () => {
  expect(JSON.parse(reviewText({ list: ["b", "a"] }))).toEqual({ list: ["b", "a"] });
});

const CONFIGURATION = { static_resources: { listeners: [{ name: "ingress" }, { name: "ingress" }] } };
const TEXT = JSON.stringify(CONFIGURATION);

const stack = (containers: readonly object[], versions = {}) => ({
  resource: {
    google_cloud_run_v2_service: { orders: { template: { containers } } },
    google_secret_manager_secret_version: versions,
  },
});

test("writes Envoy's argument as an equivalent file without anchors", () => {
  const files = envoyFiles(
    stack([{ name: "envoy", args: ["--config-yaml", TEXT, "--concurrency", "1"] }, { name: "app" }]),
  );
  expect(Object.keys(files)).toEqual(["envoy-orders.yaml"]);
  expect(parse(files["envoy-orders.yaml"] ?? "")).toEqual(CONFIGURATION);
  expect(files["envoy-orders.yaml"]).not.toMatch(/[&*]/);
});

test("writes a mounted configuration as a file too", () => {
  const mounted = [{ name: "envoy", args: ["--config-path", "/etc/envoy-configuration/envoy-1.json"] }];
  const files = envoyFiles(stack(mounted, { orders_envoy_configuration: { secret_data: TEXT } }));
  expect(parse(files["envoy-orders.yaml"] ?? "")).toEqual(CONFIGURATION);
});

test("writes no file for a service without Envoy, or a stack without services", () => {
  expect(envoyFiles(stack([{ image: "x" }]))).toEqual({});
  expect(envoyFiles({})).toEqual({});
});
