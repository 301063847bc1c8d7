import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clouds, startClouds } from "../../../packages/local-front-door/clouds";
import { UnplayableStack } from "../../../packages/local-front-door/terraform/document";
import { foreignStack, keyAuthorizerArchive, LAMBDA_BACKEND_FAULTS } from "../../support/local/foreign-stacks";

/** Stacks in the shapes of public examples, which this program did not write. */
async function played(stackFile: string, use: (clouds: Clouds) => Promise<void>, echoesOutside = false): Promise<void> {
  const clouds = await startClouds({ stackFile, echoesOutside });
  try {
    await use(clouds);
  } finally {
    await clouds.stop();
  }
}

async function statusOf(url: string, headers: Record<string, string> = {}, method = "GET"): Promise<number> {
  const response = await fetch(url, { method, headers });
  await response.text();
  return response.status;
}

test("an HTTP API with JWT authorizers: a user pool's client has its scopes, and another issuer its audience", async () => {
  await played(foreignStack("jwt-authorizer"), async ({ url, callers, externalIssuers }) => {
    const token = await callers[0]?.token();
    const program = { authorization: `Bearer ${token}` };
    const [partner] = externalIssuers;
    const good = { authorization: `Bearer ${await partner?.sign({ sub: "a" })}` };
    const other = { authorization: `Bearer ${await partner?.sign({ aud: "https://elsewhere.example.com" })}` };
    expect({
      open: await statusOf(`${url}/health`),
      none: await statusOf(`${url}/notes`),
      read: await statusOf(`${url}/notes`, program),
      write: await statusOf(`${url}/notes`, program, "POST"),
      "another authorizer's token": await statusOf(`${url}/partner/a`, program),
      partner: await statusOf(`${url}/partner/a/b`, good),
      "partner for another audience": await statusOf(`${url}/partner/a`, other),
      "no route": await statusOf(`${url}/elsewhere`),
    }).toEqual({
      open: 200,
      none: 401,
      read: 200,
      write: 403,
      "another authorizer's token": 401,
      partner: 200,
      "partner for another audience": 401,
      "no route": 404,
    });
  });
});

test("an HTTP API in one cloud: an echo answers for a backend elsewhere if requested, otherwise nothing does", async () => {
  const asked = async ({ url, externalIssuers: [issuer] }: Clouds) => {
    const authorization = `Bearer ${await issuer?.sign({ sub: "a" })}`;
    const response = await fetch(`${url}/orders?page=2`, { headers: { authorization } });
    return [response.status, (await response.json()) as Readonly<Record<string, unknown>>] as const;
  };
  await played(
    foreignStack("outside-backend"),
    async (clouds) => {
      const [status, { service, target }] = await asked(clouds);
      expect([status, service, target]).toEqual([200, "legacy.example.com", "/v1?page=2"]);
      expect(clouds.deviations).toContain(
        "aws_apigatewayv2_integration.legacy.integration_uri: an echo answers for legacy.example.com",
      );
      expect(await statusOf(`${clouds.url}/orders`)).toBe(401);
    },
    true,
  );
  await played(foreignStack("outside-backend"), async (clouds) => {
    expect(await asked(clouds)).toEqual([503, { message: "Service Unavailable" }]);
    expect(clouds.deviations).toEqual([]);
  });
});

test("an HTTP API with a Lambda authorizer: the function of the archive next to the file decides", async () => {
  const folder = mkdtempSync(join(tmpdir(), "foreign-stack-"));
  const file = join(folder, "main.tf.json");
  copyFileSync(foreignStack("lambda-authorizer"), file);
  try {
    await expect(startClouds({ stackFile: file })).rejects.toThrow(
      `aws_lambda_function.authorizer.filename: no authorizer.zip in ${folder}`,
    );
    writeFileSync(join(folder, "authorizer.zip"), keyAuthorizerArchive());
    await played(file, async ({ url }) => {
      expect(await statusOf(`${url}/parts/7`)).toBe(401);
      expect(await statusOf(`${url}/parts/7`, { "x-api-key": "guessed" })).toBe(403);
      const response = await fetch(`${url}/parts/7`, { headers: { "x-api-key": "not-a-secret", "x-account": "mine" } });
      const { headers } = (await response.json()) as { headers: readonly (readonly [string, string])[] };
      expect(headers).toContainEqual(["x-account", "mine,acme"]);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each<[string, readonly string[]]>([
  ["lambda-backend", LAMBDA_BACKEND_FAULTS],
  ["run-invoker", ["google_cloud_scheduler_job", "aws_apigatewayv2_api"]],
])("%s: one error lists everything that is not supported", async (name, addresses) => {
  const error = await startClouds({ stackFile: foreignStack(name) }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UnplayableStack);
  expect((error as UnplayableStack).faults.map(({ address }) => address)).toEqual(addresses);
});
