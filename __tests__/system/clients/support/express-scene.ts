import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { type Clouds, startClouds } from "../../../../packages/local-front-door/clouds";
import type { LocalService } from "../../../../packages/local-front-door/google/run";
import { headerValues } from "../../../../packages/local-front-door/net/local-http";
import { forwardTo } from "../../../../packages/local-front-door/services/forward";
import { declareStacks } from "../../../../stacks/front-door";
import { loadFiles } from "../../../support/config-folder";
import { FUNCTIONS } from "../../../support/functions-folder";
import { keepRsaKeys } from "../../../support/rsa-keys";
import { ExpressService, type ExpressStyle } from "./express-service";

keepRsaKeys();

const decodedAgain = (url: string) => {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
};

const STYLES: readonly ExpressStyle[] = [
  { name: "as Express's guide has it", register: "method", order: "narrow first" },
  { name: "in another order", register: "method", order: "narrow first, else reversed" },
  { name: "in the worst order", register: "method", order: "wide first" },
  { name: "for every method", register: "all", order: "narrow first" },
  { name: "mounted", register: "use", order: "narrow first" },
  { name: "decoding once more", register: "method", order: "narrow first", rewrite: decodedAgain },
  {
    name: "merging slashes",
    register: "method",
    order: "narrow first",
    rewrite: (url) => url.replace(/\/{2,}/g, "/"),
  },
];

/** A front door for these routes, with every style of service behind it. */
export class ExpressScene {
  /** The outcome of the last call that Cloud Run allowed. */
  private reached: { authorized: string; handlers: readonly (readonly [ExpressStyle, string])[] } | undefined;

  private clouds: Clouds | undefined;
  private token = "";

  private constructor(
    private readonly folder: string,
    private readonly services: readonly ExpressService[],
  ) {}

  /** Returns undefined if the config's own rules refuse the routes. */
  static async open(routeKeys: readonly string[]): Promise<ExpressScene | undefined> {
    const loaded = loadFiles({ "base.yaml": configOf(routeKeys), "dev.yaml": "google: { ownsProject: true }\n" });
    if (!loaded.ok) return undefined;
    const folder = mkdtempSync(join(tmpdir(), "front-door-express-"));
    const app = new App({ outdir: folder });
    declareStacks(app, loaded.intents, FUNCTIONS);
    app.synth();
    const scene = new ExpressScene(
      folder,
      await Promise.all(STYLES.map((style) => ExpressService.start(style, routeKeys))),
    );
    try {
      await scene.start();
      return scene;
    } catch (error) {
      await scene.close();
      throw error;
    }
  }

  private async start(): Promise<void> {
    this.clouds = await startClouds({
      stackFile: join(this.folder, "stacks", "dev", "cdk.tf.json"),
      service: this.service,
      gateway: { throttling: false },
    });
    this.token = (await this.clouds.callers[0]?.token()) ?? "";
  }

  /** Sends a call through the gateway, byte for byte. Returns its outcome behind Cloud Run, if it got there. */
  async call({ method, path }: { method: string; path: string }) {
    this.reached = undefined;
    const status = await statusOf(this.clouds?.url ?? "", method, path, this.token);
    return { status, reached: this.reached as ExpressScene["reached"] };
  }

  async close(): Promise<void> {
    await this.clouds?.stop();
    await Promise.all(this.services.map((each) => each.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private readonly service: LocalService = async (request) => {
    const answers = await Promise.all(
      this.services.map(async ({ style, port }) => [style, await forwardTo(port)(request)] as const),
    );
    const handlers = answers.flatMap(([style, { headers }]) => {
      const handler = headers?.["x-handler"];
      return handler === undefined ? [] : [[style, String(handler)] as const];
    });
    this.reached = { authorized: headerValues(request, "x-gateway-route").join(), handlers };
    return { status: 200, body: "" };
  };
}

/** Sends the path unchanged, because `fetch` would resolve its dots. */
function statusOf(url: string, method: string, path: string, token: string): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  const headers = { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode));
    });
    outgoing.on("error", reject).end();
  });
}

/**
 * Every other route is public, so that both of the gateway's authorizers are called. HEAD has the same access as GET,
 * because Express answers both with one handler.
 */
function configOf(routeKeys: readonly string[]): string {
  const routes = routeKeys.map((key) => {
    const index = routeKeys.indexOf(key.replace(/^HEAD /, "GET "));
    return [key, index % 2 === 0 ? { scopes: ["shop/use"] } : "public"];
  });
  return JSON.stringify({
    name: "shop",
    aws: { account: "111122223333", region: "eu-west-1", deployers: ["arn:aws:iam::111122223333:role/terraform"] },
    google: { project: "shop-project", region: "europe-west1" },
    state: { bucket: "shop-state", region: "eu-west-1" },
    issuers: { people: { kind: "cognito", domainPrefix: "shop-people" } },
    gateway: { authorizerCacheSeconds: 60, throttle: { ratePerSecond: 50, burst: 100 } },
    services: { shop: { image: "europe-docker.pkg.dev/acme/shop/shop:1.0.0", routes: Object.fromEntries(routes) } },
    clients: { job: { issuer: "people", grant: "client_credentials", scopes: ["shop/use"] } },
  });
}
