import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { type Clouds, startClouds } from "../../../packages/local-front-door/clouds";
import { describeWhere } from "../../support/describe-where";
import { printed } from "../../support/documentation";
import { folderWithAws, pythonWithPackages } from "../../support/python/python";
import { DocumentedStack } from "./support/documented-stack";
import { MISSING_TOOLS, Shell } from "./support/shell";
import { REQUEST_TOKEN, TokenPlaces } from "./support/token-places";

jest.setTimeout(60_000);

let stack: DocumentedStack;
let clouds: Clouds;
let places: TokenPlaces;
let shell: Shell;
let folder: string;

const aws = pythonWithPackages();
const withoutAws = MISSING_TOOLS ?? ("missing" in aws ? aws.missing : undefined);
const awsFolder = "python" in aws ? folderWithAws(aws.python) : "";

beforeAll(async () => {
  stack = new DocumentedStack("http");
  clouds = await startClouds({ stackFile: stack.file, gateway: { throttling: false } });
  places = await TokenPlaces.start(clouds);
  folder = mkdtempSync(join(tmpdir(), "front-door-external-"));
  shell = new Shell(
    {
      api: `${clouds.url}/`,
      ACTIONS_ID_TOKEN_REQUEST_URL: `${places.url}/github?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
      AWS_ENDPOINT_URL_STS: places.url,
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "made-up",
    },
    { connections: { "metadata.google.internal:80": places.port }, path: awsFolder === "" ? [] : [awsFolder] },
  );
});
afterAll(async () => {
  shell?.remove();
  await places?.stop();
  await clouds?.stop();
  stack?.remove();
  for (const each of [folder, awsFolder]) if (each) rmSync(each, { recursive: true, force: true });
});
beforeEach(() => {
  places.claims = {};
  places.asked.length = 0;
  judged();
});

/** Returns the caller that the authorizer logged, or the reason of the refusal. */
function judged(): readonly string[] {
  const lines = clouds.functions.flatMap(({ log }) => log.splice(0)).map((line) => JSON.parse(line));
  return lines.map(({ client, reason }) => reason ?? client);
}

/** Returns the final output of the printed commands, with these changes of the token's claims. */
async function call(script: string, claims: Readonly<Record<string, unknown>> = {}) {
  places.claims = claims;
  const { out, error } = await shell.run(script);
  const answer = out === "" ? {} : JSON.parse(out);
  expect(error).not.toMatch(/eyJ/);
  return { saw: answer.service ?? answer.message ?? error, judged: judged() };
}

const passed = (client: string) => ({ saw: "storefront-dev-orders", judged: [client] });
const refused = (reason: string) => ({ saw: "Forbidden", judged: [reason] });

describeWhere(MISSING_TOOLS, "a workflow of GitHub Actions, with the printed step", () => {
  const { jobs, permissions } = parse(printed("workflow: github"));
  const { run } = jobs.check.steps[0];

  test("calls as the client whose claims it has", async () => {
    expect(permissions).toEqual({ "id-token": "write" });
    expect(await call(run)).toEqual(passed("github/release-check"));
    expect(places.asked).toEqual(["github"]);
  });

  test.each<[string, Record<string, unknown>]>([
    ["another repository", { repository: "acme/other", repository_id: "1" }],
    ["a repository that got the name later", { repository_id: "7654322" }],
    ["another environment", { environment: "prod", sub: "repo:acme@1234567/storefront@7654321:environment:prod" }],
    ["no environment", { environment: undefined, sub: "repo:acme@1234567/storefront@7654321:ref:refs/heads/main" }],
    ["a claim that is a list", { repository: ["acme/storefront"] }],
  ])("is refused from %s", async (_, claims) => {
    expect(await call(run, claims)).toEqual(refused("subject-unknown"));
  });

  test("is refused with a token for another audience", async () => {
    expect(await call(run.replace("&audience=storefront-dev", "&audience=storefront-prod"))).toEqual(
      refused("audience"),
    );
  });

  test.each([
    ["with numbers", "repo:acme@1234567/storefront@7654321:environment:staging"],
    ["of names alone", "repo:acme/legacy:environment:staging"],
  ])("calls by a whole subject %s, and as no other caller", async (_, sub) => {
    const other = { environment: "staging", repository: "acme/any", repository_id: "1" };
    const script = run.replace("orders/export", sub.includes("@") ? "orders/export" : "orders");
    expect(await call(script, { ...other, sub })).toEqual(passed(`github/${sub}`));
    expect(await call(script, { ...other, sub: `${sub}-2` })).toEqual(refused("subject-unknown"));
    expect(await call(script, { ...other, sub: sub.replace("acme", "Acme") })).toEqual(refused("subject-unknown"));
  });
});

describeWhere(withoutAws, "an AWS role, with the printed command of AWS's CLI", () => {
  const script = printed("run: aws");

  test("calls as the client whose role it is, and as no other role", async () => {
    expect(await call(script)).toEqual(passed("aws/arn:aws:iam::111122223333:role/nightly-export"));
    const sub = "arn:aws:iam::444455556666:role/nightly-export";
    const claims = { sub, "https://sts.amazonaws.com/": { principal_id: sub } };
    expect(await call(script, claims)).toEqual(refused("subject-unknown"));
    expect(await call(script.replace("storefront-dev", "storefront-prod"))).toEqual(refused("audience"));
  });
});

describeWhere(MISSING_TOOLS, "a Google service account, with the printed command", () => {
  const script = printed("run: google");

  test("calls as the client whose unique id it has, and as no other account", async () => {
    expect(await call(script)).toEqual(passed("google/112233445566778899001"));
    // The address does not count, because a later account with the same name has another id.
    const other = { sub: "112233445566778899002", email: "stock-sync@acme-jobs.iam.gserviceaccount.com" };
    expect(await call(script, other)).toEqual(refused("subject-unknown"));
    expect(await call(script.replace("audience=storefront-dev", "audience=storefront-prod"))).toEqual(
      refused("audience"),
    );
  });

  test("is unknown with another issuer's subject", async () => {
    const sub = "system:serviceaccount:jobs:stock-count";
    expect(await call(printed("run: google"), { sub })).toEqual(refused("subject-unknown"));
  });
});

describeWhere(MISSING_TOOLS, "a Kubernetes service account, with the printed command", () => {
  /** Replaces the file's path in the pod with its path here. */
  async function callFromPod(claims: Readonly<Record<string, unknown>> = {}, audience = "storefront-dev") {
    places.claims = claims;
    writeFileSync(join(folder, "token"), await places.clusterToken([audience]));
    return call(printed("run: kubernetes").replace("/var/run/secrets/front-door/token", join(folder, "token")));
  }

  test("calls as the client whose account it is, and as no other account", async () => {
    expect(await callFromPod()).toEqual(passed("jobs-cluster/system:serviceaccount:jobs:stock-count"));
    for (const sub of ["system:serviceaccount:jobs:default", "system:serviceaccount:other:stock-count"]) {
      expect(await callFromPod({ sub })).toEqual(refused("subject-unknown"));
    }
    // The token that every pod has, for the cluster's own API.
    expect(await callFromPod({}, "https://kubernetes.default.svc")).toEqual(refused("audience"));
  });
});
