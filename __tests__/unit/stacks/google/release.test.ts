import { RELEASE_PERMISSIONS } from "../../../../contract/release";
import type { Release } from "../../../../intent/model/intent";
import { authorizerPolicy } from "../../../../stacks/authorizer-policy";
import { policyRules } from "../../../../stacks/policy/policies";
import { dev, faults } from "../../../support/config-folder";
import { bootstrapOf, intentOf } from "../../../support/shop";
import { bootstrapStackOf, stackOf } from "../../../support/stack";
import { testAll } from "../../../support/test-all";

const RELEASER = "serviceAccount:orders-release@acme-ci.iam.gserviceaccount.com";
const JOB =
  "principal://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/ci/subject/repo:acme/orders:environment:prod";

const orders = (deployedBy: string, more = "") => `services: { orders: { deployedBy: ${deployedBy}${more} } }`;

testAll<[string, Release]>([
  ["pipeline", { principals: [], traffic: "terraform" }],
  [`{ pipeline: "${RELEASER}" }`, { principals: [RELEASER], traffic: "terraform" }],
  [`{ pipeline: ["${RELEASER}", "${JOB}"], traffic: pipeline }`, { principals: [JOB, RELEASER], traffic: "pipeline" }],
])("deployedBy: %s", (written, release) => {
  expect(dev(orders(written)).services.find(({ id }) => id === "orders")?.release).toEqual(release);
});

testAll([
  "{ pipeline: allUsers }",
  '{ pipeline: "group:developers@example.com" }',
  '{ pipeline: "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/attribute.repository/a/b" }',
  '{ pipeline: "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/*" }',
  "terraform",
  "{}",
])("deployedBy: %s is refused", (written) => {
  expect(faults(orders(written))).toHaveLength(1);
});

test("a rollout names both images, so it is no pipeline's", () => {
  expect(faults(orders("pipeline", ", rollout: { percent: 100 }"))).toEqual([
    expect.stringContaining("services.orders.rollout"),
  ]);
});

test("no other service has the name of the grants", () => {
  const image = "europe-docker.pkg.dev/acme/shop/orders:1.0.0";
  const other = `orders-release: { image: "${image}", routes: { GET /r: public } }`;
  const both = `services: { orders: { deployedBy: pipeline }, ${other} }`;
  expect(faults(both)).toEqual([expect.stringContaining("services.orders-release")]);
  expect(faults(`services: { ${other} }`)).toEqual([]);
});

/** The shop with an orders service that its own pipeline releases. */
function released(environment: string, release: Release) {
  const intent = intentOf(environment);
  const services = intent.services.map((service) => (service.id === "orders" ? { ...service, release } : service));
  return { ...intent, services };
}

describe("a service with a pipeline of its own", () => {
  const intent = released("dev", { principals: [RELEASER], traffic: "terraform" });
  const stack = stackOf(intent);

  test("lets the pipeline update this service and deploy as its account, and grants nothing else", () => {
    const plain = stackOf(intentOf("dev"));
    const added = (type: string) =>
      Object.entries(stack.all(type)).filter(([name]) => plain.all(type)[name] === undefined);
    expect(added("google_cloud_run_v2_service_iam_binding")).toEqual([
      [
        "orders_release",
        expect.objectContaining({
          members: [RELEASER],
          name: "${google_cloud_run_v2_service.orders.id}",
          role: `projects/${intent.google.project}/roles/storefront_dev_release`,
        }),
      ],
    ]);
    expect(added("google_service_account_iam_binding")).toEqual([
      [
        "orders_release",
        expect.objectContaining({
          members: [RELEASER],
          role: "roles/iam.serviceAccountUser",
          service_account_id: "${google_service_account.orders_rt.name}",
        }),
      ],
    ]);
  });

  test("does not have the image or the client's notes undone by a plan, and all else it does", () => {
    const { lifecycle } = stack.resource("google_cloud_run_v2_service", "orders");
    expect(lifecycle.ignore_changes).toEqual([
      ...["annotations", "client", "client_version", "labels", "template[0].annotations"],
      ...["template[0].containers[0].image", "template[0].labels"],
    ]);
    const other = stackOf(released("dev", { principals: [], traffic: "pipeline" }));
    expect(other.resource("google_cloud_run_v2_service", "orders").lifecycle.ignore_changes).toContain("traffic");
  });

  test("ignores only the app's image behind Envoy", () => {
    const behind = stackOf(released("preview", { principals: [], traffic: "terraform" }));
    const service = behind.resource("google_cloud_run_v2_service", "orders");
    const ignored = service.lifecycle.ignore_changes.filter((path: string) => path.includes("containers"));
    expect(ignored).toEqual(["template[0].containers[1].image"]);
    expect(service.template.containers[1].name).toBe("app");
  });

  test("keeps every policy rule, which refuses another member, another role and another account", () => {
    const rules = policyRules(intent, authorizerPolicy(intent), new Map());
    const asked = rules.filter(({ id }) => ["federation-trust", "no-public-invoker"].includes(id));
    // biome-ignore lint/suspicious/noExplicitAny: JSON of a stack
    const findings = (edit: (resource: any) => unknown) => {
      const json = { provider: {}, ...structuredClone(stack.json) };
      edit(json.resource);
      return asked.flatMap(({ findings: of }) => of(json)).map(({ address }) => address);
    };
    const run = "google_cloud_run_v2_service_iam_binding";
    const account = "google_service_account_iam_binding";
    expect(findings(() => undefined)).toEqual([]);
    expect(findings((r) => r[run].orders_release.members.push("user:eve@example.com"))).toEqual([
      "google_cloud_run_v2_service.orders",
    ]);
    expect(findings((r) => Object.assign(r[run].orders_release, { role: "roles/run.admin" }))).toEqual([
      "google_cloud_run_v2_service.orders",
    ]);
    expect(findings((r) => r[account].orders_release.members.push("user:eve@example.com"))).toEqual([
      `${account}.orders_release`,
    ]);
    expect(
      findings((r) => Object.assign(r[account].orders_release, { role: "roles/iam.serviceAccountTokenCreator" })),
    ).toEqual([`${account}.orders_release`]);
  });
});

test("the bootstrap declares the role of releases and lets each pipeline read the images of its service", () => {
  const bootstrap = bootstrapOf("prod");
  const images = [{ project: bootstrap.google.project, location: "europe", repository: "shop" }];
  const google = { ...bootstrap.google, releases: [{ member: RELEASER, images }] };
  const stack = bootstrapStackOf({ ...bootstrap, google });
  expect(stack.resource("google_project_iam_custom_role", "release")).toMatchObject({
    permissions: [...RELEASE_PERMISSIONS],
    role_id: "storefront_prod_release",
  });
  const readers = Object.values(stack.all("google_artifact_registry_repository_iam_member"));
  expect(readers.filter(({ member }) => member === RELEASER)).toEqual([
    expect.objectContaining({ repository: "shop", role: "roles/artifactregistry.reader" }),
  ]);
  expect(Object.values(stack.all("google_project_iam_member")).filter(({ member }) => member === RELEASER)).toEqual([]);
});
