import { routeGrantsOf } from "../../../../cli/local/ledger";
import { callMatrix } from "../../../../cli/local/matrix";
import type { Clouds } from "../../../../packages/local-front-door/clouds";
import { describeWhere } from "../../../support/describe-where";
import { set } from "../../../support/local/document";
import { SynthesizedEnvironments } from "../../../support/local/environments";
import { NO_ENVOY } from "../../../support/local/preview";
import { verifying } from "../../../support/local/verifying";
import { synthesizedFile } from "../../../support/synthesized";

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

  test("IAM decides first, then Envoy; every answer equals the ledger's, for callers of every issuer", async () => {
    clouds = await environments.start("dev");
    expect([...clouds.sidecars.running.keys()]).toEqual(["storefront-dev-orders"]);
    const { contradictions, cells, past } = await callMatrix(
      "dev",
      clouds,
      routeGrantsOf((file) => synthesizedFile("dev", file)),
    );
    expect([contradictions, past]).toEqual([[], []]);
    const through = cells.filter(({ service, status }) => service === "storefront-dev-orders" && status === 200);
    const wayOf = (request: string | undefined) => hops().filter((each) => each.request === request);
    const ways = () =>
      hops()
        .filter(({ at }) => at === "envoy")
        .map(({ request }) => wayOf(request));
    // Envoy writes a line when a request is answered, and the last line before it ends.
    await clouds.stop();
    expect(ways().length).toBeGreaterThanOrEqual(through.length);
    const both = ways().map((way) => way.map(({ at, allowed }) => `${at} ${allowed}`).join());
    expect(new Set(both)).toEqual(new Set(["cloud-run true,envoy true"]));
    expect(new Set(through.map(({ caller }) => caller.split("/")[0]))).toEqual(
      new Set(["customers", "workforce", "aws"]),
    );
  });

  test("the service cannot be called past the gateway: a call that IAM refuses does not reach Envoy", async () => {
    clouds = await environments.start("dev", set("google_cloud_run_v2_service_iam_binding.orders", { members: [] }));
    expect(clouds.pastGateway).toEqual([]);
    expect((await call("/orders/7", "customers/web")).status).toBe(403);
    await clouds.stop();
    expect(hops().map(({ at, allowed }) => [at, allowed])).toEqual([["cloud-run", false]]);
  });
});
