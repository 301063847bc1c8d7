import type { CloudRunV2Service, CloudRunV2ServiceTraffic } from "@cdktf/provider-google/lib/cloud-run-v2-service";
import { violations } from "../../../support/policy";

const SERVICE = "google_cloud_run_v2_service.orders";
const LATEST = { percent: 100, type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" };
const PINNED = { percent: 100, type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "orders-00001" };

/** What stops an environment's synthesis after a change of its service. */
const changed = (environment: string, change: (service: CloudRunV2Service) => void) =>
  violations((find) => change(find(SERVICE) as unknown as CloudRunV2Service), {}, environment);

describe.each(["dev", "preview"])("in %s", (environment) => {
  test.each<[string, CloudRunV2ServiceTraffic[], string]>([
    ["a pin to an older one", [PINNED], '[0].type: got "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"'],
    [
      "a share for an older one",
      [
        { ...LATEST, percent: 90 },
        { ...PINNED, percent: 10 },
      ],
      "[0].percent: got 90",
    ],
    ["a URL of an older one's own", [LATEST, { ...PINNED, percent: 0, tag: "old" }], "[1]: got {"],
    ["a URL of the latest one's own", [{ ...LATEST, tag: "now" }], '[0].tag: got "now", expected nothing'],
  ])("%s stops the synthesis", (_, traffic, where) => {
    expect(changed(environment, (service) => service.putTraffic(traffic))).toEqual([
      expect.stringContaining(`${SERVICE}: sends traffic to another revision at ${where}`),
    ]);
  });

  test("traffic of which nothing is said goes to the latest one", () => {
    expect(changed(environment, (service) => service.resetTraffic())).toEqual([]);
  });
});
