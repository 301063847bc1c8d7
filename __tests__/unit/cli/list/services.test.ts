import { declaredServices } from "../../../../cli/list/list";
import type { Intent, Release } from "../../../../intent/model/intent";
import { EXISTING, existing } from "../../../support/existing";
import { intentOf } from "../../../support/shop";

const RELEASER = "serviceAccount:orders-release@acme-ci.iam.gserviceaccount.com";

function released(environment: string, release: Release): Intent {
  const intent = intentOf(environment);
  const services = intent.services.map((service) => (service.id === "orders" ? { ...service, release } : service));
  return { ...intent, services };
}

const ordersOf = (intent: Intent) => declaredServices(intent).find(({ key }) => key === "orders");

test("a service that Terraform releases has its image and no command", () => {
  const { google, services } = intentOf("dev");
  expect(ordersOf(intentOf("dev"))).toEqual({
    key: "orders",
    name: "storefront-dev-orders",
    region: google.region,
    project: google.project,
    image: services.find(({ id }) => id === "orders")?.image,
    deployedBy: "terraform",
  });
});

test("a pipeline's command names one service and its image, and behind Envoy the app's container alone", () => {
  const release = { principals: [RELEASER], traffic: "terraform" } as const;
  const flags = (environment: string) => ordersOf(released(environment, release))?.release?.command.split(" ").slice(3);
  expect(flags("dev")).toEqual([
    ...["storefront-dev-orders", "--project=storefront-dev", "--region=europe-west1", "--image=IMAGE"],
  ]);
  expect(flags("preview")).toContain("--container=app");
});

test("the steps of a workflow use the service account, and no secret", () => {
  const { workflow = "" } = ordersOf(released("dev", { principals: [RELEASER], traffic: "terraform" }))?.release ?? {};
  expect(workflow).toContain("service_account: orders-release@acme-ci.iam.gserviceaccount.com");
  expect(workflow).toMatch(/^- uses: google-github-actions\/auth@[0-9a-f]{40} /);
  expect(workflow).not.toContain("secrets.");
});

test("an existing service asks its owner for the audience and for permissions on it, and has no image", () => {
  const [plan, deploy] = [/run\.services\.get and run\.services\.getIamPolicy/, /run\.services\.setIamPolicy/];
  const there = ordersOf(existing("dev"));
  expect(there).toEqual({
    key: "orders",
    ...EXISTING,
    deployedBy: "owner",
    asks: [
      "it accepts the audience https://storefront-dev-orders.storefront-dev.internal",
      expect.stringMatching(plan),
      expect.stringMatching(deploy),
    ],
  });
  const grants = (asks: readonly string[] = []) => asks.map((each) => /: (.*)$/.exec(each)?.[1]);
  expect(grants(there?.asks).slice(1)).toEqual(["its owner grants it", "its owner grants it"]);
  const here = { ...EXISTING, project: intentOf("dev").google.project };
  expect(grants(ordersOf(existing("dev", intentOf("dev"), here))?.asks)[2]).toBe(
    "bootstrap-dev grants it to the pipeline",
  );
});

test("the needs say who grants them", () => {
  const granted = ordersOf(released("dev", { principals: [RELEASER], traffic: "terraform" }))?.release?.needs ?? [];
  const open = ordersOf(released("dev", { principals: [], traffic: "terraform" }))?.release?.needs ?? [];
  expect([granted.length, open.length]).toEqual([3, 3]);
  expect(granted.filter((each) => each.includes("npm run deploy -- dev"))).toHaveLength(2);
  expect(open.filter((each) => each.includes("npm run deploy -- dev"))).toEqual([]);
});
