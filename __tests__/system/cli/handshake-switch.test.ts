import { RefusingCloud } from "../../support/refusing-cloud";
import { ENVOY_IMAGE } from "../../support/shared-issuer";
import { applying, providers } from "../../support/terraform-stack";
import { DeployedProject } from "./support/deployed-project";

const POOL = "google_iam_workload_identity_pool storefront-dev";

const project = new DeployedProject();
const cloud = providers && new RefusingCloud(providers, project.folder);
afterAll(() => {
  cloud?.stop();
  project.remove();
});

/** Deploys, and returns the calls to the clouds in their order. */
function deploy(): { readonly code: number | null; readonly error: string; readonly calls: readonly string[] } {
  cloud?.calls();
  const { code, error } = project.run(["deploy", "dev", "--yes", "--no-smoke"], {
    TERRAFORM_BINARY_NAME: cloud?.terraform,
  });
  return { code, error, calls: cloud?.calls() ?? [] };
}

/** Calls that change what serves: services, routes and their integrations. */
const SERVING = /^update (aws_apigatewayv2_(route|integration)|google_cloud_run_v2_service) /;
const positions = (calls: readonly string[], pattern: RegExp) =>
  calls.flatMap((call, index) => (pattern.test(call) ? [index] : []));
const last = (found: readonly number[]) => Math.max(-1, ...found);

applying("federated, first alone and then with Envoy in front of the services", () => {
  project.edit("dev.yaml", /gateway:\n.*\n/, "gateway: {}\n");
  expect(deploy()).toMatchObject({ code: 0 });
  project.edit("base.yaml", "    routes:", "    verifyCallerToken: true\n    routes:");
  project.edit("base.yaml", "issuers:", `envoy: { image: "${ENVOY_IMAGE}" }\nissuers:`);
  expect(deploy()).toMatchObject({ code: 0 });
});

applying("a switch to shared-issuer destroys what served only when the routes no longer use it", () => {
  project.edit("base.yaml", "handshake: federated", "handshake: shared-issuer");
  const { code, error, calls } = deploy();
  expect(code === 0 || error).toBe(true);
  expect(calls.filter((call) => call.startsWith("refused"))).toEqual([]);
  const removals = positions(calls, /^delete (?!google_cloud_run_v2_service_iam_binding)/);
  expect(calls).toContain(`delete ${POOL}`);
  expect(Math.min(...removals)).toBeGreaterThan(last(positions(calls, SERVING)));
  expect(project.run(["plan", "dev"])).toMatchObject({ code: 0, out: "dev: no change\n" });
});

applying("the way back within 30 days changes nothing that serves, and names federation.generation", () => {
  project.edit("base.yaml", "handshake: shared-issuer", "handshake: federated");
  const { code, error, calls } = deploy();
  expect({ code, error }).toEqual({
    code: 1,
    error: expect.stringContaining("raise federation.generation in config/dev.yaml"),
  });
  expect(calls.filter((call) => /^refused/.test(call))).toEqual([`refused create ${POOL}`]);
  expect(calls.filter((call) => SERVING.test(call) || call.startsWith("delete"))).toEqual([]);
});

applying("with the next generation it ends, and the services check who invokes them only when calls can pass", () => {
  project.edit("dev.yaml", "requireDigest", "federation: { generation: 2 }\nrequireDigest");
  const { code, error, calls } = deploy();
  expect(code === 0 || error).toBe(true);
  expect(calls.filter((call) => call.startsWith("refused"))).toEqual([]);
  expect(calls).toContain(`create ${POOL}-2`);
  const [checked = -1] = positions(calls, /^update google_cloud_run_v2_service /);
  const creations = positions(calls, /^create (?!google_cloud_run_v2_service_iam_binding)/);
  expect(checked).toBeGreaterThan(last(creations));
  expect(Math.min(...positions(calls, /^delete/))).toBeGreaterThan(last(positions(calls, SERVING)));
  expect(project.run(["plan", "dev"])).toMatchObject({ code: 0, out: "dev: no change\n" });
});
