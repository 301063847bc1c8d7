import { spawnSync } from "node:child_process";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { answerPast } from "../../../../cli/local/requests";
import type { Clouds } from "../../../../packages/local-front-door/clouds";
import { echoService } from "../../../../packages/local-front-door/google/run";
import { json } from "../../../../packages/local-front-door/net/local-http";
import { LocalTls } from "../../../../packages/local-front-door/net/tls";
import { declaredServices } from "../../../../packages/local-front-door/services/declaration";
import { LocalSidecars } from "../../../../packages/local-front-door/services/sidecars";
import { LocalTrace } from "../../../../packages/local-front-door/trace/trace";
import { describeWhere } from "../../../support/describe-where";
import type { Change } from "../../../support/local/document";
import { mounted } from "../../../support/local/mounted-envoy";
import { NO_ENVOY, startPreview } from "../../../support/local/preview";
import { container, envoy, previewStack } from "../../../support/local/preview-document";
import { ROOT } from "../../../support/places";

const ARGS = "google_cloud_run_v2_service.orders.template.containers.0.args";
const ORDERS = "storefront-preview-orders";

function tokenOf({ callers }: Clouds, name: string): Promise<string> {
  return callers.find((each) => each.name === `customers/${name}`)?.token() ?? Promise.reject(new Error(name));
}

async function get({ url }: Clouds, path: string, token: string): Promise<Response> {
  return fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
}

/** Waits for Envoy's log line, which it writes a moment after a request is answered. */
async function until<T>(look: () => T | undefined): Promise<T> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("it never came");
}

/** Ids of this process's own children. */
function children(): readonly string[] {
  const { stdout } = spawnSync("pgrep", ["-P", String(process.pid), "envoy"], { encoding: "utf8" });
  return stdout.split("\n").filter(Boolean);
}

describeWhere(NO_ENVOY, "an Envoy before a service", () => {
  describe("of a door that is open", () => {
    let open: Clouds;
    beforeAll(async () => {
      open = await startPreview([], { page: { title: "preview", port: 0 } });
    });
    afterAll(() => open?.stop());

    const seen = (id: string | null) =>
      until(() =>
        open.trace.requests
          .changedAfter(0)
          .find((each) => each.id === id && each.client !== undefined && each.hops.some(({ at }) => at === "envoy")),
      );

    test("a call through the gateway is one request with all its hops, and the caller has its name from config", async () => {
      const token = await tokenOf(open, "web");
      const response = await get(open, "/orders?code=secret", token);
      expect([response.status, response.ok ? "" : await response.text()]).toEqual([200, ""]);
      const request = await seen(response.headers.get("apigw-requestid"));
      const answer = { status: 200, route: "GET /orders" };
      expect(request).toMatchObject({ door: "gateway", path: "/orders", client: "customers/web", answer });
      expect(request.hops.map(({ at, allowed, declaration }) => [at, allowed, declaration])).toEqual([
        ["gateway", true, "aws_apigatewayv2_route.orders_get_orders"],
        ["jwt-authorizer", true, "aws_apigatewayv2_authorizer.customers"],
        ["cloud-run", true, "google_cloud_run_v2_service.orders.invoker_iam_disabled"],
        ["envoy", true, ARGS],
      ]);
      const said = JSON.stringify(open.trace.requests.changedAfter(0));
      expect([said.includes(token.split(".")[2] ?? ""), said.includes("secret")]).toEqual([false, false]);
      const page = async (path: string) => (await fetch(`${open.pageUrl}${path}`)).json();
      expect(await page(`/request?id=${encodeURIComponent(request.id)}`)).toMatchObject({
        caller: "customers/web",
        rule: { requires: "orders/read" },
        steps: [
          {
            title: "API Gateway",
            entries: [
              { at: "gateway" },
              { title: "API Gateway's JWT authorizer", entries: [{ claims: { sub: "ann" } }] },
              {
                title: "Cloud Run",
                entries: [
                  { at: "cloud-run" },
                  { title: "Envoy, in the service's own instance", entries: [{ declaration: ARGS }] },
                ],
              },
            ],
          },
        ],
      });
      expect(await page(`/declaration?address=${ARGS}`)).toEqual(
        expect.arrayContaining(["--config-yaml", expect.objectContaining({ static_resources: expect.anything() })]),
      );
    });

    test("any holder of a valid token may call the service at its own URL, where the gateway's rules do not apply", async () => {
      const [orders] = open.pastGateway.filter(({ service }) => service === ORDERS);
      const past = async (caller?: string) => {
        const token = caller === undefined ? undefined : await tokenOf(open, caller);
        return answerPast(open.tls, orders?.url ?? "", "GET /orders", token);
      };
      expect([await past(), await past("support-desk"), await past("web")]).toMatchObject(
        [401, 403, 200].map((status) => ({ status })),
      );
      const request = await until(() =>
        open.trace.requests
          .changedAfter(0)
          .find((each) => each.door === "cloud-run" && each.client === "customers/web"),
      );
      expect(request).toMatchObject({ path: "/orders", answer: { status: 200 } });
      expect(request.hops.map(({ at }) => at)).toEqual(["cloud-run", "envoy"]);
    });
  });

  /** A door with the lines that it prints. */
  async function started(changes: readonly Change[], choices: { readonly port?: number } = {}) {
    const lines: string[] = [];
    const { port } = choices;
    const services = {
      choices: port === undefined ? [] : [{ id: "orders", answeredBy: { port } }],
      secrets: new Map(),
      secretsFile: "",
      print: (line: string) => lines.push(line),
    };
    return { open: await startPreview(changes, { services }), lines };
  }

  test("a user's own port answers behind Envoy, and gets the verified caller's name instead of what the caller sent", async () => {
    const app = createServer((incoming: IncomingMessage, outgoing) => outgoing.end(JSON.stringify(incoming.headers)));
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    const older = container("orders", 0, (proxy) => {
      proxy.image = proxy.image.replace("v1.40.0", "v1.39.2");
    });
    const { open } = await started([mounted, older], app.address() as AddressInfo);
    try {
      const headers = { authorization: `Bearer ${await tokenOf(open, "web")}`, "x-caller-subject": "root" };
      const response = await fetch(`${open.url}/orders`, { headers });
      expect(await response.json()).toMatchObject({ "x-caller-subject": "ann", "x-caller-client": "customers/web" });
      // Its configuration is in a mounted secret, with the same decisions.
      expect((await get(open, "/orders", await tokenOf(open, "support-desk"))).status).toBe(403);
      expect(open.deviations).toEqual([expect.stringMatching(new RegExp(`^${ARGS}: Envoy 1\\.40\\.0 .* 1\\.39\\.2$`))]);
    } finally {
      await open.stop();
      app.closeAllConnections();
      app.close();
    }
  });

  test("that dies is reported: its service answers 503, the others continue, and closing the door ends them", async () => {
    const { open, lines } = await started([]);
    try {
      expect(children()).toHaveLength(2);
      process.kill(open.sidecars.running.get(ORDERS) ?? 0, "SIGKILL");
      await until(() => lines[0]);
      expect(lines).toEqual([`[${ORDERS}] Envoy ended with SIGKILL\n    calls of the service are answered 503`]);
      const web = await tokenOf(open, "web");
      const statuses = [(await get(open, "/orders", web)).status, (await get(open, "/accounts/me", web)).status];
      expect(statuses).toEqual([503, 200]);
      const refused = open.trace.hops.filter(({ at, allowed }) => at === "envoy" && !allowed);
      expect(refused.map(({ reason, request }) => [reason, typeof request])).toEqual([
        ["ended with SIGKILL", "undefined"],
        ["it has ended, so the service does not answer", "string"],
      ]);
      expect(children()).toHaveLength(1);
    } finally {
      await open.stop();
    }
    expect(children()).toEqual([]);
  });

  test("that are still starting end as well", async () => {
    const sidecars = new LocalSidecars({
      services: declaredServices(previewStack()),
      binary: { build: join(ROOT, ".build") },
      answer: echoService,
      portOf: () => undefined,
      trace: new LocalTrace(),
      print: () => {},
    });
    const hosts = ["cognito-idp.eu-west-1.amazonaws.com"];
    const tls = await LocalTls.start(new Map(hosts.map((host) => [host, async () => json(200, {})])));
    const starting = sidecars.start(tls, hosts);
    await Promise.all([starting, sidecars.stop()]);
    await tls.stop();
    expect([sidecars.running.size, children()]).toEqual([0, []]);
  });

  test("a configuration or an argument that Envoy refuses stops the start with Envoy's own message, and no Envoy remains", async () => {
    const refusals = {
      unheard_of: envoy("orders", ({ bootstrap }) => Object.assign(bootstrap, { unheard_of: true })),
      "unknown cluster 'nowhere'": envoy("orders", ({ routes }) => (routes[2].route.cluster = "nowhere")),
      "unheard-of": container("orders", 0, ({ args }) => args.push("--unheard-of")),
    };
    for (const [said, change] of Object.entries(refusals)) {
      await expect(startPreview([change])).rejects.toThrow(
        new RegExp(`^${ARGS}: Envoy does not start: ended with 1\n[\\s\\S]*${said}`),
      );
    }
    const elsewhere = envoy("orders", ({ bootstrap }) => {
      const [endpoint] = bootstrap.static_resources.clusters[1].load_assignment.endpoints[0].lb_endpoints;
      endpoint.endpoint.address.socket_address.address = "x.example";
    });
    await expect(startPreview([elsewhere])).rejects.toThrow(`${ARGS}: Envoy calls the host x.example`);
    expect(children()).toEqual([]);
  });
});

test("without an Envoy binary, nothing starts, and the error says how to get one", async () => {
  await expect(startPreview([], { envoy: { own: "/nowhere/envoy" } })).rejects.toThrow(
    /args: ENVOY=\/nowhere\/envoy --version: .*ENOENT\n {4}Envoy verifies tokens here: install Python 3.11.* once,\n {4}or name a binary of your own: ENVOY=/,
  );
});
