import { routeGrantsOf } from "../../../../cli/local/ledger";
import { callMatrix } from "../../../../cli/local/matrix";
import type { Clouds } from "../../../../packages/local-front-door/clouds";
import { cognitoClaims } from "../../../../packages/local-front-door/issuers/issuers";
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

  test("authorizer and Envoy name who acts for a person, and refuse who shares no scope or is not declared", async () => {
    clouds = await environments.start("dev");
    const variables = clouds.functions.find(({ name }) => name === "storefront-dev-callers")?.variables ?? {};
    const { CLIENT_WEB = "", CLIENT_REPORTING_AGENT, CLIENT_SUPPORT_DESK } = variables;
    const claims = cognitoClaims({ clientId: CLIENT_WEB, scopes: ["orders/read", "orders/write"], subject: "ann" });
    const get = async (act: unknown) => {
      const token = await clouds.issuers.get("customers")?.token({ ...claims, act });
      return fetch(`${clouds.url}/orders`, { headers: { authorization: `Bearer ${token}`, "x-caller-actor": "root" } });
    };
    const answer = await get({ sub: CLIENT_REPORTING_AGENT });
    const { headers } = (await answer.json()) as { readonly headers: readonly (readonly [string, string])[] };
    const written = headers.filter(([name]) => /^x-caller-/i.test(name)).map(([name, value]) => `${name}: ${value}`);
    expect(written.sort()).toEqual([
      "x-caller-actor: customers/reporting-agent",
      "x-caller-client: customers/web",
      "x-caller-issuer: customers",
      "x-caller-scopes: orders/read",
      "x-caller-subject: ann",
    ]);
    const refused = [{ sub: CLIENT_SUPPORT_DESK }, { sub: "another" }, null].map(
      async (act) => (await get(act)).status,
    );
    expect(await Promise.all(refused)).toEqual([403, 403, 403]);
  });

  test("the service cannot be called past the gateway: a call that IAM refuses does not reach Envoy", async () => {
    clouds = await environments.start("dev", set("google_cloud_run_v2_service_iam_binding.orders", { members: [] }));
    expect(clouds.pastGateway).toEqual([]);
    expect((await call("/orders/7", "customers/web")).status).toBe(403);
    await clouds.stop();
    expect(hops().map(({ at, allowed }) => [at, allowed])).toEqual([["cloud-run", false]]);
  });
});
