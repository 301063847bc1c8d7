import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Interception } from "../../attack/support/internet";

/** A client's registration; the names are those of OAuth's dynamic client registration. */
export interface RegisteredClient {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly token_endpoint_auth_method?: "none";
  readonly grant_types: readonly string[];
  readonly response_types: readonly string[];
  readonly redirect_uris: readonly string[];
  readonly scope: string;
}

/** `oidc-provider`, in its own process, as the issuer of this URL. */
export class AuthorizationServer {
  private constructor(
    readonly url: string,
    private readonly issuer: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(settings: {
    readonly issuer: string;
    readonly scopes: readonly string[];
    readonly clients: readonly RegisteredClient[];
  }): Promise<AuthorizationServer> {
    const program = join(__dirname, "programs/authorization-server.mjs");
    const child = spawn(process.execPath, [program, JSON.stringify(settings)], { stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    child.stderr.on("data", (text) => (said += text));
    const { value: port, done } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    if (done) throw new Error(`the authorization server did not start: ${said}`);
    return new AuthorizationServer(`http://127.0.0.1:${port}`, settings.issuer, child);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = once(this.child, "exit");
    this.child.stdin?.end();
    await exited;
  }

  /** Forwards the artefact's calls of the issuer to this server. */
  readonly publish: Interception = async ({ target }, behind) => {
    const { pathname } = new URL(this.issuer);
    if (!target.startsWith(`${pathname}/`)) return behind({ method: "GET", host: "", target, headers: [], body: "" });
    const answer = await fetch(`${this.url}${target.slice(pathname.length)}`);
    return { status: answer.status, headers: { "content-type": "application/json" }, body: await answer.text() };
  };

  /** A browser in which Ann signs in: it follows redirects, keeps cookies, and stops at the app's callback. */
  async signIn(address: string, redirectUri: string): Promise<string> {
    const cookies = new Map<string, string>();
    for (let url = new URL(address), hops = 0; hops < 10; hops += 1) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const answer = await fetch(url, { redirect: "manual", headers: { cookie } });
      for (const each of answer.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
        cookies.set(name, value);
      }
      const location = answer.headers.get("location");
      if (location === null) throw new Error(`${answer.status} instead of a redirect: ${await answer.text()}`);
      if (location.startsWith(redirectUri)) return location;
      url = new URL(location, url);
    }
    throw new Error("too many redirects");
  }
}
