import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { type Clouds, startClouds } from "../../../../packages/local-front-door/clouds";
import { keepFolder } from "../../../../packages/local-front-door/processes/python-venv.cjs";
import { describeWhere } from "../../../support/describe-where";
import { BUILD_FOLDER, ROOT } from "../../../support/places";
import { SynthesizedStack } from "../../attack/support/synthesized";
import { run } from "../../clients/support/run";

jest.setTimeout(120_000);

const SOURCE = join(__dirname, "google-auth");

/** Folder with Google's library as its lock file pins it, or one line with the reason why there is none. */
function googleAuth(): { readonly packages: string } | { readonly missing: string } {
  const hash = createHash("sha256")
    .update(readFileSync(join(SOURCE, "package-lock.json")))
    .digest("hex")
    .slice(0, 16);
  const kept = join(BUILD_FOLDER, `google-auth-${hash}`);
  if (existsSync(kept)) return { packages: kept };
  const draft = join(BUILD_FOLDER, `draft-google-auth-${process.pid}`);
  mkdirSync(draft, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) cpSync(join(SOURCE, name), join(draft, name));
  const install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status, stderr, error } = spawnSync("npm", install, { cwd: draft, encoding: "utf8", timeout: 300_000 });
  if (status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    return { missing: `npm ci: ${error?.message ?? /^npm error .+/m.exec(stderr)?.[0]}` };
  }
  keepFolder(draft, kept, "google-auth-");
  return { packages: kept };
}

const found = googleAuth();

describeWhere("missing" in found ? found.missing : undefined, "Google's own library for Node", () => {
  const packages = "packages" in found ? found.packages : "";
  let stack: SynthesizedStack;
  let clouds: Clouds;
  beforeAll(async () => {
    stack = new SynthesizedStack([]);
    clouds = await startClouds({ stackFile: stack.file });
  });
  afterAll(async () => {
    await clouds?.stop();
    stack?.remove();
  });
  beforeEach(() => clouds.trace.clear());

  const TARGET = "https://storefront-dev-orders.storefront-dev.internal";
  const ACCOUNT = "storefront-dev-orders@storefront-dev.iam.gserviceaccount.com";

  /** Prints the token, or the error. */
  function exchange(role: string, { signsResource = true, account = ACCOUNT } = {}) {
    const { accessKeyId, secretAccessKey, sessionToken } = clouds.aws.outsideCredentials(
      `arn:aws:iam::111122223333:role/${role}`,
    );
    const [provider] = clouds.stack.all("google_iam_workload_identity_pool_provider");
    const audience = `//iam.googleapis.com/${provider && clouds.stack.text(provider, "name")}`;
    const preload = join(ROOT, "packages/local-front-door/function/preload.cjs");
    const args = [
      "--require",
      preload,
      join(SOURCE, "exchange.cjs"),
      String(clouds.tls.port),
      clouds.tls.authorityFile,
    ];
    return run(process.execPath, args, {
      AWS_REGION: clouds.stack.aws.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      SETTINGS: JSON.stringify({ packages, audience, account, target: TARGET, signsResource }),
    });
  }

  const refusals = () =>
    clouds.trace.hops.filter(({ allowed }) => !allowed).map(({ at, declaration }) => [at, declaration]);

  test("exchanges a role's AWS credentials for an ID token of its service account", async () => {
    const { code, out, error } = await exchange("storefront-dev-orders");
    expect([code, error]).toEqual([0, ""]);
    expect(decodeJwt(out)).toMatchObject({ iss: "https://accounts.google.com", aud: TARGET, email: ACCOUNT });
    expect(refusals()).toEqual([]);
  });

  test("gets no token of another service's account, and none at all for another role", async () => {
    const other = ACCOUNT.replace("orders", "catalog");
    expect(await exchange("storefront-dev-orders", { account: other })).toMatchObject({ code: 1, out: "403" });
    expect(refusals()).toEqual([["iam-credentials", expect.stringContaining("google_service_account")]]);
    clouds.trace.clear();
    expect(await exchange("nightly-export")).toMatchObject({ code: 1, out: "unauthorized_client" });
    expect(refusals()).toEqual([
      ["google-sts", expect.stringMatching(/^google_iam_workload_identity_pool_provider\..*attribute_condition$/)],
    ]);
  });

  test("is refused if the signature does not cover the provider, where Google only recommends it", async () => {
    expect(await exchange("storefront-dev-orders", { signsResource: false })).toMatchObject({
      code: 1,
      out: "invalid_grant",
    });
    expect(refusals()).toEqual([["google-sts", undefined]]);
  });
});
