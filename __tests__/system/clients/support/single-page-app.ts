import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { ROOT } from "../../../support/places";

/** The page's settings for the front door. */
export interface AppSettings {
  readonly gateway: string;
  readonly issuer: string;
  /** Base of the user pool's domain. */
  readonly cognito: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
}

const PAGE = readFileSync(join(__dirname, "single-page-app.html"), "utf8");
const LIBRARY = readFileSync(
  join(dirname(require.resolve("oidc-client-ts/package.json")), "dist/browser/oidc-client-ts.min.js"),
  "utf8",
);

/** The example that the docs print. */
const SIGN_IN_SETTINGS = readFileSync(join(ROOT, "examples/browser/settings.mjs"), "utf8");

/** A page on a port of this machine, with a third-party OAuth library. */
export class SinglePageApp {
  private settings: AppSettings | undefined;
  private constructor(
    readonly origin: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<SinglePageApp> {
    const server = createServer((request, answer) => {
      const path = request.url?.split("?")[0];
      const [type, body] =
        path === "/settings.json"
          ? ["application/json", JSON.stringify(app.settings)]
          : path === "/oidc-client-ts.min.js"
            ? ["text/javascript", LIBRARY]
            : path === "/sign-in-settings.mjs"
              ? ["text/javascript", SIGN_IN_SETTINGS]
              : ["text/html", PAGE];
      answer.setHeader("content-type", `${type}; charset=utf-8`).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const app = new SinglePageApp(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
    return app;
  }

  get callback(): string {
    return `${this.origin}/callback`;
  }

  /** Takes effect when the page is next loaded. */
  use(settings: AppSettings): void {
    this.settings = settings;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
