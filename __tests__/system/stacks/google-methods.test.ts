import { exchangeForGoogle } from "../../../functions/authorizer/mint/google-sts";
import { generateIdToken } from "../../../functions/authorizer/mint/id-token";
import { permissionsOfRole } from "../../../packages/terraform-access-review/access/iam/roles";
import { GOOGLE_NEEDS } from "../../../stacks/bootstrap/google/permissions";
import { types } from "../../fixtures/provider-calls/google.json";
import { describeWhere } from "../../support/describe-where";
import { synthesizedFile, synthesizedNames } from "../../support/synthesized";
import { discoveryFolder, type Method, methodsOf } from "./support/discovery";

jest.setTimeout(120_000);

/** The versions that provider 6.50 calls. */
const APIS = [
  "cloudresourcemanager.v1",
  "iam.v1",
  "logging.v2",
  "monitoring.v1",
  "monitoring.v3",
  "pubsub.v1",
  "run.v2",
  "secretmanager.v1",
  "serviceusage.v1",
];

/** Permissions that are named after no method, with the reason. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  "checked by other methods": ["iam.serviceAccounts.actAs"],
  "a method of the secret": ["secretmanager.versions.add"],
  "another name of the collection providers": [
    "iam.googleapis.com/workloadIdentityPoolProviders.create",
    "iam.googleapis.com/workloadIdentityPoolProviders.delete",
    "iam.googleapis.com/workloadIdentityPoolProviders.get",
    "iam.googleapis.com/workloadIdentityPoolProviders.list",
    "iam.googleapis.com/workloadIdentityPoolProviders.update",
  ],
  "another name of the collection serviceLevelObjectives": [
    "monitoring.slos.create",
    "monitoring.slos.delete",
    "monitoring.slos.get",
    "monitoring.slos.update",
  ],
  "another name of the collection keys": ["iam.serviceAccountKeys.list"],
};

const discovery = discoveryFolder();

/** `run.projects.locations.services.patch` is `run.services.update`. */
function permissionOf({ id }: Method): string {
  const [api = "", ...parts] = id.split(".");
  const [kind, verb = ""] = parts.slice(-2);
  const service =
    kind === "workloadIdentityPools"
      ? "iam.googleapis.com/"
      : `${api.replace("cloudresourcemanager", "resourcemanager")}.`;
  return `${service}${kind}.${verb === "patch" ? "update" : verb}`;
}

describeWhere("missing" in discovery ? discovery.missing : undefined, "Google's discovery documents", () => {
  const folder = "folder" in discovery ? discovery.folder : "";
  const methods = (api: string) => methodsOf(folder, api);

  test("have each method that the bootstrap's permissions are derived from", () => {
    const known = new Set(APIS.flatMap(methods).map(({ id }) => id));
    const calls = Object.values(types).flatMap((type) => [type.read, "write" in type ? type.write : ""]);
    const named = [...new Set(calls.flatMap((each) => each.split(" ")))].filter(Boolean);
    expect(named.length).toBeGreaterThan(60);
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });

  test("have a method for each permission of the pipeline's identities, but for listed ones", () => {
    const known = new Set(APIS.flatMap(methods).map(permissionOf));
    const granted = Object.values(GOOGLE_NEEDS).flatMap(({ read, write, list = [] }) => [...read, ...write, ...list]);
    const without = [...new Set(granted)].filter((permission) => !known.has(permission));
    expect(without.sort()).toEqual(Object.values(OTHERS).flat().sort());
  });

  test.each([
    ["sts.v1", "sts.token", () => sent((budget) => exchangeForGoogle(budget, {} as never, "//iam.googleapis.com/p"))],
    [
      "iamcredentials.v1",
      "iamcredentials.projects.serviceAccounts.generateIdToken",
      () => sent((budget) => generateIdToken(budget, "token", { serviceAccount: "a@b.c", audience: "d" } as never)),
    ],
  ])("%s describes the authorizer's call of %s", async (api, id, call) => {
    const method = methods(api).find((each) => each.id === id) as Method;
    const { method: verb, url, body } = await call();
    expect(verb).toBe(method.httpMethod);
    const values = matched(method.url, url);
    expect(Object.entries(values).filter(([name, value]) => !method.patterns[name]?.test(value))).toEqual([]);
    expect(Object.keys(JSON.parse(body)).filter((field) => !method.fields.includes(field))).toEqual([]);
  });
});

test("each predefined role that a stack grants is in the table of Google's roles, with what it lets its holder do", () => {
  const granted = synthesizedNames().flatMap((name) => [
    ...synthesizedFile(name, "access.md").matchAll(/\| (roles\/[\w.]+) \|/g),
  ]);
  const roles = [...new Set(granted.map(([, role = ""]) => role))].sort();
  expect(roles.length).toBeGreaterThan(4);
  expect(roles.filter((role) => permissionsOfRole(role) === undefined)).toEqual([]);
  expect(permissionsOfRole("roles/run.invoker")).toEqual(["run.routes.invoke"]);
  expect(permissionsOfRole("roles/secretmanager.secretAccessor")).toEqual(["secretmanager.versions.access"]);
});

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

/** What a function sends; it gets no answer. */
async function sent(call: (budget: never) => Promise<unknown>): Promise<Sent> {
  const requests: Sent[] = [];
  const budget = { fetch: async (_: string, request: Sent) => String(requests.push(request)) };
  await call(budget as never).catch(() => undefined);
  return requests[0] as Sent;
}

/** The values of a template's parameters in a URL: `{+name}` is everything up to the next text. */
function matched(template: string, url: string): Readonly<Record<string, string>> {
  const pattern = template.replace(/[.?()]/g, "\\$&").replace(/\{\+?(\w+)\}/g, (_, name: string) => `(?<${name}>.+)`);
  const found = new RegExp(`^${pattern}$`).exec(url);
  if (found === null) throw new Error(`${url} is no ${template}`);
  return { ...found.groups };
}
