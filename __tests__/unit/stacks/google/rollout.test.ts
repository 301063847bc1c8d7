import { revisionName, withImage } from "../../../../packages/terraform-access-review/terraform-json/rollout";
import { stackOf } from "../../../support/stack";
import { variantOf } from "../../../support/variant";

const OLD = "europe-docker.pkg.dev/acme/shop/orders:1.14.1";
const NEW = "europe-docker.pkg.dev/acme/shop/orders:1.14.2";

type Changes = Parameters<typeof variantOf>[1];

function orders(rollout: unknown, environment = "dev", changes: object = {}) {
  const service = { ...(rollout === undefined ? {} : { rollout }), image: NEW, ...changes };
  const intent = variantOf(environment, { services: { orders: service } } as Changes);
  return stackOf(intent).resource("google_cloud_run_v2_service", "orders");
}

const LATEST = [{ percent: 100, type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" }];
const target = (revision: string, percent: number) => ({
  percent,
  revision,
  type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION",
});

test("without a rollout Cloud Run names the revision, and the newest one gets all calls", () => {
  const { template, traffic, annotations } = orders(undefined);
  expect([template.revision, traffic, annotations]).toEqual([undefined, LATEST, undefined]);
});

describe.each(["dev", "preview"])("in %s", (environment) => {
  const named = orders({ percent: 100 }, environment);
  const before = orders({ percent: 100 }, environment, { image: OLD }).template.revision;

  test("a rollout of all calls names the revision by its content", () => {
    expect(named.traffic).toEqual(LATEST);
    expect(named.template.revision).toBe(revisionName(named.name, named.template));
    expect(named.template.revision).toMatch(/^storefront-(dev|preview)-orders-[0-9a-f]{12}$/);
    expect(before).not.toBe(named.template.revision);
  });

  test("a share goes to the new revision, the rest to the one with the previous image", () => {
    const { template, traffic, annotations } = orders({ percent: 10, from: OLD }, environment);
    expect(template.revision).toBe(named.template.revision);
    expect(traffic).toEqual([target(named.template.revision, 10), target(before, 90)]);
    expect(annotations).toEqual({ "front-door/rollout-from": OLD });
  });

  test("promoting and aborting change only the shares", () => {
    const promoted = orders({ percent: 100, from: OLD }, environment);
    const aborted = orders({ percent: 0, from: OLD }, environment);
    expect([promoted.template, aborted.template]).toEqual([named.template, named.template]);
    expect([promoted.traffic, aborted.traffic]).toEqual([LATEST, [target(before, 100)]]);
  });
});

test("other settings or Envoy rules change the previous revision's name", () => {
  const other = (changes: object) => orders({ percent: 10, from: OLD }, "preview", changes).traffic[1].revision;
  const same = other({});
  expect(other({ environment: { LOG_LEVEL: "error" } })).not.toBe(same);
  expect(other({ routes: { "GET /orders/more": { scopes: ["orders/read"] } } })).not.toBe(same);
  expect(other({ rollout: { percent: 20, from: OLD } })).toBe(same);
});

test("a revision's name depends neither on the order of keys nor on an existing name", () => {
  const template = { timeout: "30s", containers: [{ image: OLD, env: [] }] };
  const other = { containers: [{ env: [], image: OLD }], timeout: "30s", revision: "x" };
  expect(revisionName("a", other)).toBe(revisionName("a", template));
  expect(revisionName("a", withImage(template, NEW, "app"))).not.toBe(revisionName("a", template));
});
