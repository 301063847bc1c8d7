import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { request as secureRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepRsaKeys } from "../../../__tests__/support/rsa-keys";
import { type Clouds, startClouds } from "../../../packages/local-front-door/clouds";
import { ROTATED } from "./model";

keepRsaKeys();

/** Longer than any answer of the echo, on any machine. */
const GRACE_MILLISECONDS = 15_000;

/** The headers as they were sent, without those of this sandbox. A REST API distinguishes upper and lower case. */
function headersOf({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.filter(
    (_, index) => !/^(host|connection|x-sandbox-host)$/i.test(rawHeaders[index - (index % 2)] ?? ""),
  );
}

/** Only the sandbox knows a rotated secret. Cognito accepts it, and the former one. */
function withKnownSecret(header: string): string {
  const [, credentials = ""] = /^Basic (.+)$/.exec(header) ?? [];
  const [id, secret = ""] = Buffer.from(credentials, "base64").toString().split(":");
  if (!secret.startsWith(ROTATED)) return header;
  return `Basic ${Buffer.from(`${id}:${secret.slice(ROTATED.length)}`).toString("base64")}`;
}

interface Keys {
  toJSON(withPrivateParts: boolean): readonly object[];
  add(key: object): Promise<unknown>;
}

/** The local clouds of one deployed stack, with the ids that they made up. */
export class DeployedDoor {
  private constructor(
    private readonly clouds: Clouds,
    private readonly folder: string,
  ) {}

  /**
   * @param stack folder of the stack that was applied
   * @param revoked names that the function's variable lists
   * @param before the door whose tokens stay valid, because a deploy changes no key of a user pool
   */
  static async open(stack: string, revoked: string | undefined, before?: DeployedDoor): Promise<DeployedDoor> {
    const folder = mkdtempSync(join(tmpdir(), "front-door-sandbox-"));
    cpSync(stack, folder, { recursive: true, filter: (path) => !path.includes("/.terraform") });
    const stackFile = join(folder, "cdk.tf.json");
    const document = JSON.parse(readFileSync(stackFile, "utf8"));
    const callers = document.resource.aws_lambda_function?.callers;
    if (revoked !== undefined) callers.environment.variables.REVOKED_CALLERS = revoked;
    writeFileSync(stackFile, JSON.stringify(document));
    const door = new DeployedDoor(
      await startClouds({ stackFile, strict: false, gateway: { throttling: false } }),
      folder,
    );
    for (const key of before?.keys.toJSON(true) ?? []) await door.keys.add(key);
    return door;
  }

  /** The keys of the user pool. */
  private get keys(): Keys {
    const [issuer] = this.clouds.issuers.values();
    return Reflect.get(issuer ?? {}, "issuer").keys;
  }

  async close(): Promise<void> {
    // A deploy ends no answer that is in progress.
    await this.clouds.stop(GRACE_MILLISECONDS);
    rmSync(this.folder, { recursive: true });
  }

  private value(type: string, name: string, attribute: string): string {
    const { stack } = this.clouds;
    const found = stack.all(type).find((each) => each.name === name);
    if (found === undefined) throw new Error(`no ${type}.${name}`);
    return stack.text(found, attribute);
  }

  get url(): string {
    const { stack } = this.clouds;
    if (stack.all("aws_apigatewayv2_api").length > 0)
      return this.value("aws_apigatewayv2_api", "gateway", "api_endpoint");
    const id = this.value("aws_api_gateway_rest_api", "gateway", "id");
    return `https://${id}.execute-api.${stack.aws.region}.amazonaws.com/live`;
  }

  get service(): string {
    return this.value("google_cloud_run_v2_service", "echo", "uri");
  }

  get issuer(): string {
    return `https://${this.value("aws_cognito_user_pool", "callers", "endpoint")}`;
  }

  clientId(client: string): string {
    return this.value("aws_cognito_user_pool_client", client, "id");
  }

  clientSecret(client: string): string {
    return this.value("aws_cognito_user_pool_client", client, "client_secret");
  }

  has(host: string): boolean {
    return (
      [this.url, this.service].some((url) => new URL(url).hostname === host) || host.startsWith(`${this.domain}.auth.`)
    );
  }

  private get domain(): string {
    return this.value("aws_cognito_user_pool_domain", "callers", "domain");
  }

  /** Passes a request for one of its hosts on. */
  forward(host: string, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): void {
    const headers = headersOf(incoming);
    const { method, url: path } = incoming;
    const answered = (answer: IncomingMessage) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    };
    const onward = () => {
      if (host === new URL(this.url).hostname) {
        const at = new URL(this.clouds.url);
        const stagePath = new URL(this.url).pathname.replace(/\/$/, "");
        const own = at.pathname.replace(/\/$/, "");
        const target = stagePath !== "" && path?.startsWith(stagePath) ? own + path.slice(stagePath.length) : path;
        return request(
          {
            hostname: at.hostname,
            port: at.port,
            method,
            path: target,
            headers: [...headers, "host", at.host],
            agent: false,
          },
          answered,
        );
      }
      if (host === new URL(this.service).hostname) {
        const { port, authority: ca } = this.clouds.tls;
        const to = { hostname: "127.0.0.1", port, servername: host, ca, agent: false };
        return secureRequest({ ...to, method, path, headers: [...headers, "host", host] }, answered);
      }
      const at = new URL(this.clouds.cognitoUrl);
      const target = `/${this.domain}${path}`;
      const sent = [...headers.map(withKnownSecret), "host", at.host];
      return request(
        { hostname: at.hostname, port: at.port, method, path: target, headers: sent, agent: false },
        answered,
      );
    };
    const sent = onward();
    sent.on("error", () => outgoing.destroy());
    sent.end(body);
  }
}
