import { routeGrants } from "../../../cli/local/ledger";
import { callMatrix } from "../../../cli/local/matrix";
import type { Intent } from "../../../intent/intent";
import type { Clouds } from "../../../local/clouds";
import { describeWhere } from "../../support/describe-where";
import { intentOf } from "../../support/stack";
import { set } from "../support/document";
import { SynthesizedEnvironments } from "../support/environments";
import { NO_ENVOY } from "../support/preview";

const RUN = "google_cloud_run_v2_service.orders";

/** `services.orders.verifyCallerToken: true` in dev, with the keys that Envoy must be told of. */
function verifying(intent: Intent): Intent {
  const issuers = intent.issuers.map((issuer) =>
    issuer.kind === "cognito" ? issuer : { ...issuer, jwksUri: `${issuer.issuer}/keys/v2` },
  );
  const services = intent.services.map((service) =>
    service.id === "orders" ? { ...service, verifiesCallerToken: true } : service,
  );
  return { ...intent, issuers, services, envoy: intentOf("preview").envoy };
}

describeWhere(NO_ENVOY, "Envoy behind IAM, in the federated handshake", () => {
  const environments = new SynthesizedEnvironments(["dev"], verifying);
  let clouds: Clouds;
  afterEach(() => clouds?.stop());
  afterAll(() => environments.remove());

  async function call(path: string, name: string): Promise<Response> {
    const token = await clouds.callers.find((caller) => caller.name === name)?.token();
    return fetch(`${clouds.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  }
  const hops = () => clouds.trace.hops.filter(({ at }) => ["cloud-run", "envoy"].includes(at));

  test("IAM is asked first, and then Envoy; every answer is the ledger's, whichever issuer's caller it is", async () => {
    clouds = await environments.start("dev");
    expect([...clouds.sidecars.running.keys()]).toEqual(["storefront-dev-orders"]);
    const { contradictions, cells, past } = await callMatrix("dev", clouds, routeGrants("dev"));
    expect([contradictions, past]).toEqual([[], []]);
    const through = cells.filter(({ service, status }) => service === "storefront-dev-orders" && status === 200);
    const wayOf = (request: string | undefined) => hops().filter((each) => each.request === request);
    const ways = () =>
      hops()
        .filter(({ at }) => at === "envoy")
        .map(({ request }) => wayOf(request));
    while (ways().length < through.length) await new Promise((resolve) => setTimeout(resolve, 10));
    const both = ways().map((way) => way.map(({ at, allowed }) => `${at} ${allowed}`).join());
    expect(new Set(both)).toEqual(new Set(["cloud-run true,envoy true"]));
    expect(new Set(through.map(({ caller }) => caller.split("/")[0]))).toEqual(
      new Set(["customers", "workforce", "aws"]),
    );
  });

  test("the service cannot be called past the gateway: Envoy hears of nothing that IAM refuses", async () => {
    clouds = await environments.start("dev", set("google_cloud_run_v2_service_iam_binding.orders", { members: [] }));
    expect(clouds.pastGateway).toEqual([]);
    expect((await call("/orders/7", "customers/web")).status).toBe(403);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(hops().map(({ at, allowed }) => [at, allowed])).toEqual([["cloud-run", false]]);
  });

  test("where IAM is off, the service is one that can be called past the gateway", async () => {
    clouds = await environments.start("dev", set(RUN, { invoker_iam_disabled: true }));
    expect(clouds.pastGateway.map(({ service }) => service)).toEqual(["storefront-dev-orders"]);
  });
});
