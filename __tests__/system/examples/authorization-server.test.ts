import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Clouds, startClouds } from "../../../packages/local-front-door/clouds";
import { send } from "../../component/artefact/support/callers";
import { describeWhere } from "../../support/describe-where";
import { printed } from "../../support/documentation";
import { folderWithAws, pythonWithPackages } from "../../support/python/python";
import { Internet } from "../attack/support/internet";
import { Secrets } from "../attack/support/secrets";
import { AuthorizationServer } from "./support/authorization-server";
import { DocumentedStack } from "./support/documented-stack";
import { EXAMPLES, runExample } from "./support/example-program";
import { SecretsManagerStandIn } from "./support/secrets-manager";
import { MISSING_TOOLS, Shell } from "./support/shell";

jest.setTimeout(60_000);

const CALLBACK = "http://localhost:3000/cb";
const SECRET = "storefront-dev/clients/reporting-agent";

/**
 * A real authorization server issues the tokens, and the functions' own artefact verifies them with the published keys.
 */
let stack: DocumentedStack;
let clouds: Clouds;
let server: AuthorizationServer;
let secretsManager: SecretsManagerStandIn;

const idOf = (name: string) => clouds.callers.find((each) => each.name === name)?.client?.id ?? "";
const reasons = () => clouds.functions.flatMap(({ log }) => log.splice(0)).map((line) => JSON.parse(line).reason);

beforeAll(async () => {
  stack = new DocumentedStack("http");
  const internet = new Internet(new Secrets());
  clouds = await internet.during(() => startClouds({ stackFile: stack.file, gateway: { throttling: false } }));
  secretsManager = await SecretsManagerStandIn.start();
  const issuer = clouds.issuers.get("customers")?.declaration.url ?? "";
  const app = {
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code"],
    response_types: ["code"],
    redirect_uris: [CALLBACK],
    scope: "orders/read orders/write",
  } as const;
  const program = { grant_types: ["client_credentials"], response_types: [], redirect_uris: [] };
  server = await AuthorizationServer.start({
    issuer,
    scopes: ["orders/read", "orders/write", "orders/export"],
    clients: [
      { client_id: idOf("customers/web"), ...app },
      { client_id: "an-app-of-somebody-else", ...app },
      {
        client_id: idOf("customers/reporting-agent"),
        client_secret: "program-secret",
        scope: "orders/export",
        ...program,
      },
      { client_id: idOf("customers/order-agent"), client_secret: "agent-secret", scope: "orders/read", ...program },
    ],
  });
  internet.intercept(new URL(issuer).host, server.publish);
});
afterAll(async () => {
  await server?.stop();
  await secretsManager?.stop();
  await clouds?.stop();
  stack?.remove();
});
beforeEach(() => void reasons());

describe("a person, with the printed settings of oidc-client-ts", () => {
  /** Returns the app's tokens after Ann has signed in. */
  async function signIn(scope: string, clientId = idOf("customers/web")): Promise<{ token?: string; error?: string }> {
    const issuer = clouds.issuers.get("customers")?.declaration.url;
    const settings = { issuer, domain: server.url, clientId, redirectUri: CALLBACK, scope };
    const app = spawn(process.execPath, [join(__dirname, "support/programs/sign-in.mjs"), JSON.stringify(settings)]);
    const lines = createInterface({ input: app.stdout })[Symbol.asyncIterator]();
    const { value: address } = await lines.next();
    try {
      app.stdin.end(`${await server.signIn(address, CALLBACK)}\n`);
      return JSON.parse((await lines.next()).value);
    } finally {
      app.kill();
    }
  }

  test("calls what the app may call, and nothing for which it requested no scope", async () => {
    const { token } = await signIn("orders/read");
    expect((await send(clouds, "/orders", { token })).status).toBe(200);
    expect((await send(clouds, "/orders", { token, method: "POST" })).status).toBe(403);
    expect(reasons()).toEqual([undefined, "scope"]);
  });

  test("of an app that the config does not know is refused, with the same scope from the same issuer", async () => {
    const { token } = await signIn("orders/read", "an-app-of-somebody-else");
    expect((await send(clouds, "/orders", { token })).status).toBe(403);
    expect(reasons()).toEqual(["client-unknown"]);
  });

  test("gets no scope that the app may not have", async () => {
    expect(await signIn("orders/export")).toEqual({ error: "invalid_scope" });
  });

  test("a code that is stolen before it reaches the app gives no token without PKCE's verifier", async () => {
    const client_id = idOf("customers/web");
    const query = new URLSearchParams({
      client_id,
      response_type: "code",
      redirect_uri: CALLBACK,
      scope: "orders/read",
      code_challenge_method: "S256",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    });
    const callback = new URL(await server.signIn(`${server.url}/oauth2/authorize?${query}`, CALLBACK));
    const code = callback.searchParams.get("code") ?? "";
    const form = { grant_type: "authorization_code", client_id, code, redirect_uri: CALLBACK };
    const answer = await fetch(`${server.url}/oauth2/token`, { method: "POST", body: new URLSearchParams(form) });
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([400, "invalid_grant"]);
  });
});

/** As Terraform would have written it. */
function publishSecret(name: string, client_secret: string, scope: string): void {
  const client_id = idOf(`customers/${name}`);
  const text = JSON.stringify({ client_id, client_secret, token_endpoint: `${server.url}/oauth2/token`, scope });
  secretsManager.secrets.set(`storefront-dev/clients/${name}`, text);
}

for (const example of EXAMPLES) {
  describeWhere(example.missing, `a program, with the example for ${example.name}`, () => {
    const environment = (name: string) => ({
      ...secretsManager.environment,
      FRONT_DOOR_URL: clouds.url,
      CLIENT_SECRET_ID: `storefront-dev/clients/${name}`,
    });

    test("calls what it may call, and not what another one may", async () => {
      publishSecret("reporting-agent", "program-secret", "orders/export");
      publishSecret("order-agent", "agent-secret", "orders/read");
      expect(await runExample(example, "orders/export", environment("reporting-agent"))).toMatchObject({ code: 0 });
      expect(await runExample(example, "orders/7", environment("order-agent"))).toMatchObject({ code: 0 });
      expect(await runExample(example, "orders/export", environment("order-agent"))).toMatchObject({
        code: 1,
        out: '403 {"message":"Forbidden"}',
      });
      expect(reasons()).toEqual([undefined, undefined, "scope", "scope"]);
    });

    test("gets no token with a wrong secret", async () => {
      publishSecret("reporting-agent", "another-secret", "orders/export");
      const { code, error } = await runExample(example, "orders/export", environment("reporting-agent"));
      expect([code, error]).toEqual([1, expect.stringContaining(`no token for ${SECRET}: invalid_client`)]);
      expect([error.includes("another-secret"), reasons()]).toEqual([false, []]);
    });
  });
}

const found = pythonWithPackages();

const withoutCommands = MISSING_TOOLS ?? ("missing" in found ? found.missing : undefined);

describeWhere(withoutCommands, "a program, with the printed commands", () => {
  let shell: Shell;
  let folder: string;
  beforeAll(() => {
    folder = folderWithAws("python" in found ? found.python : "");
    shell = new Shell({ ...secretsManager.environment, api: `${clouds.url}/` }, { path: [folder] });
  });
  afterAll(() => {
    shell.remove();
    rmSync(folder, { recursive: true });
  });

  test("calls what it may call, and gets no token with a wrong secret", async () => {
    publishSecret("reporting-agent", "program-secret", "orders/export");
    const { out, error } = await shell.run(printed("run: program"));
    expect([JSON.parse(out).service, error]).toEqual(["storefront-dev-orders", ""]);
    publishSecret("reporting-agent", "another-secret", "orders/export");
    const refused = await shell.run(`set -o pipefail; ${printed("run: program")}`);
    expect([refused.code === 0, refused.out]).toEqual([false, ""]);
    expect(refused.error).not.toContain("another-secret");
    expect(reasons()).toEqual([undefined]);
  });
});
