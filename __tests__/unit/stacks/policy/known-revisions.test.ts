import type { CloudRunV2Service, CloudRunV2ServiceTraffic } from "@cdktf/provider-google/lib/cloud-run-v2-service";
import { violations } from "../../../support/policy";
import { intentOf } from "../../../support/shop";
import { testAll } from "../../../support/test-all";

const SERVICE = "google_cloud_run_v2_service.orders";
const LATEST = { percent: 100, type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" };
const PINNED = { percent: 100, type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "orders-00001" };

const of = (target: CloudRunV2ServiceTraffic, percent: number) => ({ ...target, percent });

/** Findings that stop an environment's synthesis after a change of its service. */
const changed = (environment: string, change: (service: CloudRunV2Service) => void) =>
  violations((find) => change(find(SERVICE) as unknown as CloudRunV2Service), {}, environment);

describe.each(["dev", "preview"])("in %s", (environment) => {
  testAll<[string, CloudRunV2ServiceTraffic[]]>([
    ["a pin to an older revision", [PINNED]],
    ["a share for an older one", [of(LATEST, 90), of(PINNED, 10)]],
    ["a separate URL of an older revision", [LATEST, { ...of(PINNED, 0), tag: "old" }]],
    ["a separate URL of the latest revision", [{ ...LATEST, tag: "now" }]],
  ])("%s stops the synthesis", (_, traffic) => {
    expect(changed(environment, (service) => service.putTraffic(traffic))).toEqual([
      expect.stringContaining(`${SERVICE}: sends traffic to another revision`),
    ]);
  });

  test("without a traffic block all traffic goes to the latest revision", () => {
    expect(changed(environment, (service) => service.resetTraffic())).toEqual([]);
  });
});

describe("during a rollout", () => {
  const from = "europe-docker.pkg.dev/acme/shop/orders:1.14.1";
  const services = intentOf("dev").services.map((service) =>
    service.id === "orders" ? { ...service, rollout: { percent: 10, from } } : service,
  );
  const found = (change: (service: CloudRunV2Service) => void) =>
    violations((find) => change(find(SERVICE) as unknown as CloudRunV2Service), { services });
  const targets = (service: CloudRunV2Service) => service.trafficInput as CloudRunV2ServiceTraffic[];

  test("the two revisions named after the content may share the traffic in any proportion", () => {
    expect(found(() => {})).toEqual([]);
    const divided = (service: CloudRunV2Service) => targets(service).map((each, index) => of(each, index ? 40 : 60));
    expect(found((service) => service.putTraffic(divided(service)))).toEqual([]);
  });

  const sending =
    (change: (targets: CloudRunV2ServiceTraffic[]) => CloudRunV2ServiceTraffic[]) => (service: CloudRunV2Service) =>
      service.putTraffic(change(targets(service)));
  const FROM = { "front-door/rollout-from": "evil.example/orders:1" };

  testAll<[string, (service: CloudRunV2Service) => void]>([
    ["another older revision", sending((all) => [...all.slice(0, 1), of(PINNED, 90)])],
    ["a third revision", sending((all) => [...all, of(PINNED, 0)])],
    ["a URL of the older one's own", sending((all) => all.map((each) => ({ ...each, tag: "x" })))],
    ["shares of more than the whole", sending((all) => all.map((each) => of(each, 100)))],
    ["a different previous image", (service) => Object.assign(service, { annotations: FROM })],
    ["no previous image", (service) => service.resetAnnotations()],
    ["another template", (service) => service.putTemplate({ ...service.templateInput, timeout: "31s" })],
  ])("%s stops the synthesis", (_, change) => {
    expect(found(change)).toEqual([expect.stringContaining(`${SERVICE}: `)]);
  });
});
