import { join } from "node:path";
import {
  Client,
  type OAuthClientInformation,
  type OAuthClientProvider,
  type OAuthTokens,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { Client as EarlierClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as EarlierTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ENVOY_VERSION } from "../../../intent/schema/image-reference";
import type { Clouds } from "../../../packages/local-front-door/clouds";
import { dev } from "../../support/config-folder";
import { describeWhere } from "../../support/describe-where";
import { printed } from "../../support/documentation";
import { doorOf } from "../../support/local/mcp-door";
import { NO_ENVOY } from "../../support/local/preview";
import { MCP_URL, mcpDev } from "../../support/mcp";
import { ROOT } from "../../support/places";

jest.setTimeout(60_000);

const SERVER = `${JSON.stringify(process.execPath)} ${JSON.stringify(join(ROOT, "examples/mcp-server/server.mjs"))}`;
const CALLBACK = "http://localhost:33418/callback";

/** The small shop with the config that the page prints, and a client of an external issuer. */
const SHOP = `aws: { ownsAccount: true }
issuers: { workforce: { audiences: [shop, "${MCP_URL}"] } }
${printed("yaml: mcp-server")}  assistant:
    issuer: workforce
    clientId: 0oaAssistant
    scopes: [orders-tools/use]
`;

/** The same with Envoy, which needs to know where each issuer's keys are. */
const VERIFIED = `${SHOP.replace("    mcp:", "    verifyCallerToken: true\n    mcp:")}envoy:
  image: europe-docker.pkg.dev/acme/mirror/envoy:distroless-v${ENVOY_VERSION}@sha256:${"0".repeat(64)}
`.replace(
  "workforce: {",
  "partner: { jwksUri: https://partner.example.com/keys }, workforce: { jwksUri: https://workforce.example.com/keys,",
);

let clouds: Clouds;
function behind(config: string): void {
  beforeAll(async () => {
    clouds = await doorOf(dev(config), { "orders-tools": SERVER });
  });
  afterAll(() => clouds?.stop());
}

/** A client that config declares: it knows its id, and registers nowhere. */
class DeclaredClient implements OAuthClientProvider {
  readonly redirectUrl = CALLBACK;
  readonly clientMetadata = { redirect_uris: [CALLBACK], client_name: "test", scope: undefined as string | undefined };
  private saved: OAuthTokens | undefined;
  private verifier = "";
  private discovered: Awaited<ReturnType<NonNullable<OAuthClientProvider["discoveryState"]>>>;
  /** Where the client would send the person. */
  opened: URL | undefined;

  constructor(private readonly id: string) {}

  static of(name: string): DeclaredClient {
    const id = clouds.callers.find((each) => each.name === name)?.client?.id;
    if (id === undefined) throw new Error(`no client ${name}`);
    return new DeclaredClient(id);
  }

  clientInformation(): OAuthClientInformation {
    return { client_id: this.id };
  }
  tokens() {
    return this.saved;
  }
  saveTokens(tokens: OAuthTokens) {
    this.saved = tokens;
  }
  redirectToAuthorization(url: URL) {
    this.opened = url;
  }
  saveCodeVerifier(verifier: string) {
    this.verifier = verifier;
  }
  codeVerifier() {
    return this.verifier;
  }
  saveDiscoveryState(state: NonNullable<DeclaredClient["discovered"]>) {
    this.discovered = state;
  }
  discoveryState() {
    return this.discovered;
  }
  get claims(): Record<string, unknown> {
    return JSON.parse(Buffer.from(this.saved?.access_token.split(".")[1] ?? "", "base64url").toString());
  }
}

/** Signs a person in at the page that the client opened, and returns the code. */
async function codeOf(opened: URL | undefined): Promise<string> {
  if (opened === undefined) throw new Error("the client opened no page");
  const page = await fetch(opened, { redirect: "manual" });
  const answer = await fetch(new URL(page.headers.get("location") ?? "", opened), {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "username=ann",
  });
  const { searchParams } = new URL(answer.headers.get("location") ?? "");
  return searchParams.get("code") ?? String(searchParams.get("error"));
}

const INFO = { name: "test", version: "1.0.0" };
const SERVER_URL = () => new URL(`${clouds.url}/mcp`);

/** Goes from the server's URL alone to a connection. */
async function connected(provider: DeclaredClient, ask: typeof fetch = fetch): Promise<Client> {
  const first = new StreamableHTTPClientTransport(SERVER_URL(), { authProvider: provider, fetch: ask });
  await expect(new Client(INFO).connect(first)).rejects.toThrow();
  await first.finishAuth(await codeOf(provider.opened));
  const client = new Client(INFO);
  await client.connect(new StreamableHTTPClientTransport(SERVER_URL(), { authProvider: provider, fetch: ask }));
  return client;
}

const refund = { name: "refund_order", arguments: { id: "A-1" } };

/** Like `fetch`, without the header that some gateways rename. */
const withoutChallenge: typeof fetch = async (...request) => {
  const answer = await fetch(...request);
  const headers = new Headers(answer.headers);
  headers.delete("www-authenticate");
  return new Response(answer.body, { status: answer.status, headers });
};

/** A client with a token, which signs no one in. */
const bearing = (token: string | undefined) => ({ requestInit: { headers: { authorization: `Bearer ${token}` } } });

/** What clients get at the door, with or without Envoy in front of the server. */
function clientTests(): void {
  describe.each([
    ["by the header of the refusal", fetch],
    ["by the well-known path", withoutChallenge],
  ])("the protocol's own client, %s", (_, ask) => {
    test("goes from the URL alone to a listed tool and a refused one", async () => {
      const provider = DeclaredClient.of("customers/editor");
      const client = await connected(provider, ask as typeof fetch);
      expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["list_orders", "refund_order"]);
      expect(await client.callTool({ name: "list_orders" })).toMatchObject({ content: [{ text: "A-1, A-2" }] });
      expect(await client.callTool(refund)).toMatchObject({ isError: true });
      await client.close();
      expect(provider.claims).toMatchObject({ aud: MCP_URL, scope: "orders-tools/use", token_use: "access" });
    });
  });

  test("a tool's own scope, which the client asks for, reaches the server", async () => {
    const provider = DeclaredClient.of("customers/editor");
    const first = new StreamableHTTPClientTransport(SERVER_URL(), { authProvider: provider });
    await expect(new Client(INFO).connect(first)).rejects.toThrow();
    provider.opened?.searchParams.set("scope", "orders-tools/use orders-tools/refund");
    await first.finishAuth(await codeOf(provider.opened));
    const client = new Client(INFO);
    await client.connect(new StreamableHTTPClientTransport(SERVER_URL(), { authProvider: provider }));
    expect(await client.callTool(refund)).toMatchObject({ content: [{ text: "refunded A-1" }] });
    await client.close();
  });

  test("a client of an earlier version of the protocol lists the tools too", async () => {
    const token = await clouds.callers.find(({ name }) => name === "customers/editor")?.token();
    const client = new EarlierClient(INFO);
    await client.connect(new EarlierTransport(SERVER_URL(), bearing(token)) as never);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["list_orders", "refund_order"]);
    await client.close();
  });

  test("a client of an external issuer calls with a token for the server", async () => {
    const token = await clouds.callers.find(({ name }) => name === "workforce/assistant")?.token();
    const client = new Client(INFO);
    await client.connect(new StreamableHTTPClientTransport(SERVER_URL(), bearing(token)));
    expect(await client.callTool({ name: "list_orders" })).toMatchObject({ content: [{ text: "A-1, A-2" }] });
    await client.close();
  });
}

describe("an MCP server", () => {
  behind(SHOP);
  clientTests();

  describe("a token that is not good enough", () => {
    const METADATA = () => `resource_metadata="${clouds.url}/.well-known/oauth-protected-resource/mcp"`;
    const signed = (claims: Record<string, unknown>) =>
      clouds.callers.find(({ name }) => name === "workforce/assistant")?.sign?.(claims);

    async function called(token: string | undefined, headers: Record<string, string> = {}) {
      const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const answer = await fetch(SERVER_URL(), {
        method: "POST",
        headers: {
          ...authorization,
          ...headers,
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
      });
      return [answer.status, answer.headers.get("www-authenticate")];
    }

    test("is answered with where to get another one", async () => {
      const challenge = [401, `Bearer scope="orders-tools/use", ${METADATA()}`];
      expect(await called(undefined)).toEqual(challenge);
      expect(await called("x.y.z")).toEqual(challenge);
      expect(await called(await signed({ aud: "shop" }))).toEqual(challenge);
      expect(await called(await signed({ aud: MCP_URL, exp: 1, iat: 0 }))).toEqual(challenge);
    });

    test("is answered with the scope that it lacks, if it is for the server", async () => {
      const unscoped = await signed({ aud: MCP_URL, scope: "orders/read" });
      expect(await called(unscoped)).toEqual([403, `Bearer scope="orders-tools/use", ${METADATA()}`]);
    });

    test("a page of an origin that config does not name is refused, whatever its token", async () => {
      const token = await signed({ aud: MCP_URL });
      const [status] = await called(token, { origin: "https://evil.example" });
      expect(status).toBe(403);
    });
  });

  test("the documents name the server, where to get tokens, and what for", async () => {
    const read = async (path: string) => (await fetch(`${clouds.url}${path}`)).json();
    const resource = {
      resource: `${clouds.url}/mcp`,
      authorization_servers: [clouds.url, "https://workforce.example.com"],
      scopes_supported: ["orders-tools/use"],
      bearer_methods_supported: ["header"],
    };
    expect(await read("/.well-known/oauth-protected-resource")).toEqual(resource);
    expect(await read("/.well-known/oauth-protected-resource/mcp")).toEqual(resource);
    expect(await read("/.well-known/oauth-authorization-server")).toMatchObject({
      issuer: clouds.url,
      token_endpoint: `${clouds.cognitoUrl}/shop-dev/oauth2/token`,
      code_challenge_methods_supported: ["S256"],
    });
  });
});

describeWhere(NO_ENVOY, "an MCP server behind Envoy", () => {
  behind(VERIFIED);
  clientTests();

  test("is reached through Envoy on every call", async () => {
    // Envoy writes its last lines before it ends.
    await clouds.stop();
    const at = (place: string) => clouds.trace.hops.filter((hop) => hop.at === place && hop.allowed).length;
    expect(at("envoy")).toBeGreaterThan(0);
    expect(at("envoy")).toBe(at("cloud-run"));
  });
});

describe("sessions and streams of an earlier version of the protocol", () => {
  const program = JSON.stringify(join(ROOT, "__tests__/system/examples/support/programs/mcp-session.mjs"));
  let door: Clouds;
  beforeAll(async () => {
    door = await doorOf(mcpDev(), { tools: `${JSON.stringify(process.execPath)} ${program}` });
  });
  afterAll(() => door?.stop());

  test.each(["POST", "GET", "DELETE"])("%s passes their headers in both directions", async (method) => {
    const token = await door.callers.find(({ name }) => name === "customers/desk")?.token();
    const answer = await fetch(`${door.url}/mcp`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        "mcp-session-id": "s-2",
        "last-event-id": "7",
        "mcp-protocol-version": "2025-11-25",
      },
    });
    expect([answer.status, answer.headers.get("mcp-session-id")]).toEqual([200, "s-2"]);
    const [first] = (await answer.text()).split("\n\n");
    expect(JSON.parse(/data: (.*)/.exec(first ?? "")?.[1] ?? "")).toEqual({
      method,
      last: "7",
      version: "2025-11-25",
      caller: "customers/desk",
    });
  });

  test("an event reaches the client before the stream ends", async () => {
    const token = await door.callers.find(({ name }) => name === "customers/desk")?.token();
    const answer = await fetch(`${door.url}/mcp`, { headers: { authorization: `Bearer ${token}` } });
    const reader = answer.body?.getReader();
    const first = Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(first).toContain("id: 1");
    expect(first).not.toContain("id: 2");
    await reader?.cancel();
  });
});
