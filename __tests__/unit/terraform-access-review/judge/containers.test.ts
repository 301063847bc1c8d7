import { containerChanges } from "../../../../packages/terraform-access-review/judge/containers";
import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { dev, edited, type Json, shared, verifying } from "../../../support/synthesized-states";

type Edit = (template: Json, app: Json) => unknown;

const edit = (state: typeof dev, change: Edit) =>
  edited(state, (resource) => {
    const [template] = [resource.google_cloud_run_v2_service.orders.template].flat();
    return change(template, [template.containers].flat().at(-1));
  });
const doubts = (state: typeof dev, change: Edit) =>
  changeOfStacks("dev", state, edit(state, change))
    .access.guards.filter(({ address }) => address === "google_cloud_run_v2_service.orders")
    .map(({ effect, guard, doubt }) => [effect, guard.replace(/.*\.(\w)/, "$1"), doubt].join(" "));

const STATES = { dev, shared, verifying };

/** Another program, or the same one with other settings. */
const OTHERS: Readonly<Record<string, Edit>> = {
  image: (_, app) => (app.image = app.image.replace("acme", "mallory")),
  command: (_, app) => (app.command = ["/bin/sh"]),
  args: (_, app) => (app.args = ["--insecure"]),
  working_dir: (_, app) => (app.working_dir = "/tmp"),
  volume_mounts: (_, app) => (app.volume_mounts = [{ name: "v", mount_path: "/app" }]),
  env: (_, app) => (app.env = [...(app.env ?? []), { name: "NODE_OPTIONS", value: "--import=/tmp/x.mjs" }]),
  volumes: (template) =>
    (template.volumes = [...(template.volumes ?? []), { name: "v", gcs: [{ bucket: "mallory" }] }]),
};

/** Everyday changes of teams. */
const DAILY: Readonly<Record<string, Edit>> = {
  release: (_, app) => (app.image = app.image.replace(/[:@][^/]*$/, ":9.9.9")),
  digest: (_, app) => (app.image = app.image.replace(/[:@][^/]*$/, `@sha256:${"a".repeat(64)}`)),
  setting: (_, app) => (app.env = [...(app.env ?? []), { name: "LOG_LEVEL", value: "trace" }]),
  resources: (_, app) => (app.resources = { limits: { cpu: "4", memory: "2Gi" } }),
  probe: (_, app) => (app.startup_probe = { http_get: { path: "/up" } }),
};

test.each(Object.entries(STATES))(
  "in %s, another program in a service is in doubt, but a new release is not",
  (_, state) => {
    const found = Object.entries(OTHERS).map(([name, change]) => [name, doubts(state, change)]);
    expect(found).toEqual(Object.keys(OTHERS).map((name) => [name, [`broadened ${name} true`]]));
    expect(Object.values(DAILY).flatMap((change) => doubts(state, change))).toEqual([]);
  },
);

test.each(Object.entries(STATES))("in %s, an additional container is in doubt", (_, state) => {
  const extra: Edit = (template) => {
    template.containers = [template.containers].flat();
    template.containers.push({ name: "extra", image: "mallory/x:1" });
  };
  expect(doubts(state, extra).join()).toMatch(/broadened image true/);
});

test("another port of the same program is no other access", () => {
  const other: Edit = (_, app) => (app.ports = { container_port: 9229 });
  expect(doubts(dev, other)).toEqual([]);
});

test("another container of a service that calls reach is in doubt", () => {
  const withPorts =
    (index: number): Edit =>
    (template, app) => {
      const { ports, ...program } = app;
      template.containers = [program, { name: "extra", image: "acme/extra:1" }];
      template.containers[index].ports = ports;
    };
  const [first, second] = [0, 1].map((index) => edit(dev, withPorts(index))) as [typeof dev, typeof dev];
  expect(containerChanges(first, second)).toMatchObject([{ effect: "broadened", guard: "template.containers.ports" }]);
});

test("only rows report that Envoy is added or removed", () => {
  const apps = [dev, verifying];
  expect(apps.flatMap((from) => apps.flatMap((to) => containerChanges(from, to)))).toEqual([]);
});

test("an Envoy that is not read counts as one part, whose digest stands for all of it", () => {
  const other = edited(shared, (resource) => {
    const [template] = [resource.google_cloud_run_v2_service.orders.template].flat();
    template.containers[0].args = ["--config-yaml", "x".repeat(10_000)];
  });
  const [before, after] = ["as its policy", "unknown"].map((text) => expect.stringContaining(text));
  const part = { guard: "template.containers[envoy]", effect: "broadened", doubt: true };
  expect(containerChanges(shared, other)).toMatchObject([{ ...part, before, after }]);
  expect(containerChanges(other, shared)).toMatchObject([{ ...part, before: after, after: before }]);
});

test("a long argument of a program is shown by its start and a hash", () => {
  const [{ after = "" } = {}] = containerChanges(
    dev,
    edit(dev, (_, app) => (app.args = ["x".repeat(10_000)])),
  );
  expect(after).toMatch(/^\["x{150,160}… \(sha256:[0-9a-f]{32}\)$/);
});
