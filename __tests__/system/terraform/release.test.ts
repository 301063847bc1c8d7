import type { Intent } from "../../../intent/model/intent";
import type { PlanJson, StateResource } from "../../../packages/terraform-access-review/plan/plan-json";
import { previewUnder } from "../../support/handshakes";
import { intentOf } from "../../support/shop";
import { small } from "../../support/small";
import { applying, describeTerraform } from "../../support/terraform-stack";
import { AppliedCloud, meanwhile, whereOf } from "./support/applied-cloud";

const RELEASER = "serviceAccount:orders-release@acme-ci.iam.gserviceaccount.com";
const SERVICE = "google_cloud_run_v2_service.orders";
const RELEASED = "europe-docker.pkg.dev/acme/shop/orders:released";

// biome-ignore lint/suspicious/noExplicitAny: a state's values
type Values = any;

/** The environment, with an orders service that its own pipeline releases. */
function released(intent: Intent, traffic: "terraform" | "pipeline" = "terraform"): Intent {
  const services = intent.services.map((service) =>
    service.id === "orders" ? { ...service, release: { principals: [RELEASER], traffic } } : service,
  );
  return { ...intent, services };
}

class ReleasedCloud extends AppliedCloud {
  /** Both sides of a planned change of one resource. */
  planned(intent: Intent, address: string): { readonly before: Values; readonly after: Values } {
    const { resource_changes: changes = [] } = this.stack.lay(intent).plan() as unknown as PlanJson;
    return changes.find((each) => each.address === address)?.change as { before: Values; after: Values };
  }

  /** What a destroy would remove. */
  destroyed(): readonly string[] {
    return this.stack.changes("-destroy");
  }
}

/** What a refresh finds at the orders service after this change of its values. */
function found(cloud: AppliedCloud, change: (values: Values, app: Values) => void): void {
  const service = cloud.objects.find(({ address }) => address === SERVICE) as StateResource;
  const values: Values = structuredClone(service.values);
  const { containers } = values.template[0];
  change(
    values,
    containers.find(({ name }: Values) => name !== "envoy"),
  );
  const { template, traffic, client, client_version, invoker_iam_disabled, ingress } = values;
  const set = { template, traffic, client, client_version, invoker_iam_disabled, ingress };
  meanwhile([{ ...whereOf(service), set }]);
}

/** `gcloud run deploy` with another image. */
function release(values: Values, app: Values): void {
  app.image = RELEASED;
  values.client = "gcloud";
  values.client_version = "549.0.1";
  values.template[0].labels = { "commit-sha": "0123abc", "managed-by": "github-actions" };
  values.template[0].annotations = { "run.googleapis.com/client-name": "gcloud" };
}

describeTerraform("a release by the service's own pipeline", () => {
  describe.each<[string, () => Intent]>([
    ["a service", () => small(intentOf("dev"))],
    ["a service behind Envoy", () => small(previewUnder("shared-issuer"))],
  ])("of %s", (_, intent) => {
    applying("is no drift, a second plan is empty, and each other change is drift", () => {
      const cloud = new AppliedCloud(released(intent()));
      found(cloud, release);
      const after = cloud.look();
      expect([after.drift, after.model.resources]).toEqual([[], []]);

      const changes: Readonly<Record<string, (values: Values, app: Values) => void>> = {
        ingress: (values) => (values.ingress = "INGRESS_TRAFFIC_INTERNAL_ONLY"),
        invoker_iam_disabled: (values) => (values.invoker_iam_disabled = !values.invoker_iam_disabled),
        "template.service_account": (values) =>
          (values.template[0].service_account = "other@x.iam.gserviceaccount.com"),
        "template.containers": (_values, app) => app.env.push({ name: "LOG_LEVEL2", value: "debug", value_source: [] }),
        "template.revision": (values) => (values.template[0].revision = "storefront-dev-orders-named"),
        traffic: (values) => (values.traffic[0].percent = 50),
      };
      for (const [path, change] of Object.entries(changes)) {
        found(cloud, (values, app) => {
          release(values, app);
          change(values, app);
        });
        const { drift } = cloud.look();
        expect([path, drift.every((each) => each.startsWith(`${SERVICE} ${path}`)), drift.length > 0]).toEqual([
          path,
          true,
          true,
        ]);
      }
      meanwhile([]);
    });
  });

  applying("with traffic of its own divides the calls without a difference in a plan", () => {
    const cloud = new AppliedCloud(released(small(intentOf("dev")), "pipeline"));
    found(cloud, (values, app) => {
      release(values, app);
      values.traffic = [
        { ...values.traffic[0], percent: 90 },
        { ...values.traffic[0], type: "", revision: "x", percent: 10 },
      ];
    });
    const { drift, model } = cloud.look();
    expect([drift, model.resources]).toEqual([[], []]);
    meanwhile([]);
  });

  applying("keeps its image when Terraform changes the service, and the grants go with a destroy", () => {
    const intent = released(small(intentOf("dev")));
    const cloud = new ReleasedCloud(intent);
    found(cloud, release);
    const services = intent.services.map((service) => ({
      ...service,
      image: `${service.image}-2`,
      timeoutSeconds: 29,
    }));
    const { before, after } = cloud.planned({ ...intent, services }, SERVICE);
    expect(after.template[0].timeout).toBe("29s");
    expect([before.template[0].containers[0].image, after.template[0].containers[0].image]).toEqual([
      RELEASED,
      RELEASED,
    ]);
    meanwhile([]);
    expect(cloud.destroyed()).toEqual(
      expect.arrayContaining(["google_cloud_run_v2_service_iam_binding.orders_release delete"]),
    );
  });
});
