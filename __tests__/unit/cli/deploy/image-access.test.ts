import { type ImageQuestions, unreadableImages } from "../../../../cli/deploy/preflight";
import type { PlanJson } from "../../../../packages/terraform-access-review/plan/plan-json";
import { intentOf } from "../../../support/shop";

beforeEach(() => {
  jest.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => jest.restoreAllMocks());

const dev = intentOf("dev");
const FOREIGN = "europe-docker.pkg.dev/acme/shop/orders:1";
const OWN = `europe-docker.pkg.dev/${dev.google.project}/envoy/envoy:1`;
const PUBLIC = "us-docker.pkg.dev/cloudrun/container/hello:latest";
const PULL = "artifactregistry.repositories.downloadArtifacts";

const planOf = (images: readonly string[], action = "create"): PlanJson => ({
  format_version: "1.2",
  resource_changes: [
    {
      ...{ address: "google_cloud_run_v2_service.orders", type: "google_cloud_run_v2_service", mode: "managed" },
      change: { actions: [action], after: { template: [{ containers: images.map((image) => ({ image })) }] } },
    },
  ],
});

const TOKEN = "ya29.secret";

/** What the check reports, and what it asked of gcloud and of Google. */
async function asked(
  plan: PlanJson,
  answer: (url: string) => Response | Promise<Response>,
  { code = 0, env = {} }: { readonly code?: number; readonly env?: ImageQuestions["env"] } = {},
) {
  const gcloud: string[] = [];
  const sent: { readonly url: string; readonly init: RequestInit | undefined }[] = [];
  const lines = await unreadableImages(dev, plan, {
    env,
    shell: (program, args) => {
      gcloud.push([program, ...args].join(" "));
      return { code, out: code === 0 ? `${TOKEN}\n` : "", error: "" };
    },
    send: async (url, init) => {
      sent.push({ url: String(url), init });
      return answer(String(url));
    },
  });
  return { lines, gcloud, sent, addresses: lines.map((line) => line.split(":")[0]) };
}

const may = (...permissions: readonly string[]) => Response.json({ permissions });

test("asks each repository once, with the credentials of Terraform, and reports the images that may not be read", async () => {
  const plan = planOf([FOREIGN, FOREIGN, OWN, PUBLIC]);
  const { lines, gcloud, sent } = await asked(plan, (url) => (url.includes("acme") ? Response.json({}) : may(PULL)));
  expect(gcloud).toEqual(["gcloud auth application-default print-access-token"]);
  const name = (project: string, repository: string) =>
    `https://artifactregistry.googleapis.com/v1/projects/${project}/locations/europe/repositories/${repository}:testIamPermissions`;
  expect(sent.map(({ url }) => url)).toEqual([name("acme", "shop"), name(dev.google.project, "envoy")]);
  for (const { init } of sent) {
    expect(init).toMatchObject({ method: "POST", body: JSON.stringify({ permissions: [PULL] }) });
    expect(new Headers(init?.headers).get("authorization")).toBe(`Bearer ${TOKEN}`);
  }
  const line =
    `google_cloud_run_v2_service.orders: this identity may not read ${FOREIGN}, or its repository does not exist\n` +
    "    the owner of acme grants it:\n" +
    "    gcloud artifacts repositories add-iam-policy-binding shop --project=acme --location=europe " +
    "--member=serviceAccount:<the deploy identity> --role=roles/artifactregistry.reader";
  expect(lines).toEqual([line, line]);
});

test("names the impersonated account, and the bootstrap for the environment's own project", async () => {
  const env = { GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "terraform@storefront-dev.iam.gserviceaccount.com" };
  const { lines, gcloud } = await asked(planOf([OWN]), () => new Response("", { status: 404 }), { env });
  expect(gcloud).toEqual([
    "gcloud auth print-access-token --impersonate-service-account=terraform@storefront-dev.iam.gserviceaccount.com",
  ]);
  expect(lines[0]).toContain("    apply the bootstrap again, or grant it:\n");
  expect(lines[0]).toContain("--member=serviceAccount:terraform@storefront-dev.iam.gserviceaccount.com");
  expect(lines.join()).not.toContain(TOKEN);
});

test("reports nothing without credentials, without an answer, or with credentials that gcloud does not use", async () => {
  const plan = planOf([FOREIGN]);
  const none = () => Response.json({});
  expect((await asked(plan, none, { code: 1 })).lines).toEqual([]);
  expect((await asked(plan, () => new Response("{}", { status: 403 }))).lines).toEqual([]);
  expect((await asked(plan, () => Promise.reject(new Error("no network")))).lines).toEqual([]);
  for (const name of ["GOOGLE_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN"]) {
    expect(await asked(plan, none, { env: { [name]: "x" } })).toMatchObject({ lines: [], gcloud: [], sent: [] });
  }
});

test("asks only for services that change, and for no public image", async () => {
  const denied = () => Response.json({});
  expect((await asked(planOf([FOREIGN], "update"), denied)).addresses).toHaveLength(1);
  for (const plan of [planOf([FOREIGN], "no-op"), planOf([FOREIGN], "delete"), planOf([PUBLIC])]) {
    expect(await asked(plan, denied)).toMatchObject({ lines: [], gcloud: [], sent: [] });
  }
});
