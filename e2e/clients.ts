import { setTimeout as pause } from "node:timers/promises";
import { NotListed } from "../cli/process/cloud-tools";
import { httpsClient, NoAnswer } from "../cli/process/https";
import { jsonIn } from "../cli/process/json";
import { CLIENTS, type ClientName } from "./environments";
import { type Outputs, type Scene, until } from "./scene";

/** Pause between two calls of a client that calls meanwhile, in milliseconds: far below the declared throttle. */
const BETWEEN_MILLISECONDS = 500;

/** How long a token endpoint may take to know a new client or secret, in seconds. */
const ENDPOINT_SECONDS = 120;

/** What a client's secret holds. */
interface ClientSecret {
  readonly client_id: string;
  readonly client_secret: string;
  readonly token_endpoint: string;
}

/** Calls a deployed environment as its clients. Tokens and secrets stay in this process. */
export class Callers {
  private constructor(
    private readonly scene: Scene,
    private readonly outputs: Outputs,
  ) {}

  static async of(scene: Scene): Promise<Callers> {
    return new Callers(scene, await scene.outputs());
  }

  /** A new access token, with the secret that Secrets Manager has now. */
  token(name: ClientName): Promise<string> {
    const { tools } = this.scene;
    const arn = this.outputs.clients[name]?.secret_arn ?? "";
    return until(`getting a token for ${name}`, ENDPOINT_SECONDS, async () => {
      const { SecretString } = await tools.aws("secretsmanager", "get-secret-value", "--secret-id", arn);
      return tokenWith(JSON.parse(SecretString), CLIENTS[name]);
    });
  }

  /** The status of one call; 0 if no answer arrived. @param key `GET /read/{id}` */
  async call(key: string, token?: string): Promise<number> {
    const [method = "", path = ""] = key.replace(/\{[^}]+\}/g, "front-door-e2e").split(" ");
    const url = new URL(this.outputs.api_url.replace(/\/$/, "") + path);
    const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    return (await send(method, url, headers)).status;
  }

  /** Calls a route again and again while something else happens, with each of the tokens, which may become more. */
  async during<T>(key: string, tokens: readonly string[], work: () => Promise<T>): Promise<Meanwhile<T>> {
    const statuses: number[] = [];
    let isOver = false;
    const calling = (async () => {
      for (let index = 0; !isOver || index === 0; index += 1) {
        statuses.push(await this.call(key, tokens[index % tokens.length]));
        await pause(BETWEEN_MILLISECONDS);
      }
    })();
    try {
      const result = await work();
      return { result, statuses };
    } finally {
      isOver = true;
      await calling;
    }
  }

  /** Waits until a call is answered as expected. @returns the seconds that it took; undefined if it did not happen */
  async untilAnswered(key: string, token: string, isExpected: (status: number) => boolean, seconds: number) {
    const start = Date.now();
    for (;;) {
      if (isExpected(await this.call(key, token))) return Math.round((Date.now() - start) / 1000);
      if (Date.now() > start + seconds * 1000) return undefined;
      await pause(BETWEEN_MILLISECONDS);
    }
  }
}

export interface Meanwhile<T> {
  readonly result: T;
  readonly statuses: readonly number[];
}

export function isServed(status: number): boolean {
  return status >= 200 && status < 300;
}

export function isRefused(status: number): boolean {
  return status === 401 || status === 403;
}

/** A token whose signature is not the issuer's. */
export function forged(token: string): string {
  const [head, body, signature = ""] = token.split(".");
  const other = signature.startsWith("A") ? "B" : "A";
  return [head, body, other + signature.slice(1)].join(".");
}

/** Rejects with `NotListed` while the endpoint does not know the client or its secret. */
async function tokenWith({ client_id, client_secret, token_endpoint }: ClientSecret, scopes: readonly string[]) {
  const headers = {
    authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString("base64")}`,
    "content-type": "application/x-www-form-urlencoded",
  };
  const body = new URLSearchParams({ grant_type: "client_credentials", scope: scopes.join(" ") }).toString();
  const { status, body: text } = await send("POST", new URL(token_endpoint), headers, body);
  if (status === 200) return JSON.parse(text).access_token as string;
  throw new NotListed(`the token endpoint answered ${status} ${Object(jsonIn(text)).error ?? ""}`.trim());
}

/** Status 0 if no answer arrived. */
async function send(method: string, url: URL, headers: Readonly<Record<string, string>>, body?: string) {
  const request = { method, origin: url.origin, path: `${url.pathname}${url.search}`, headers };
  return httpsClient()({ ...request, ...(body !== undefined && { body }) }).catch((error: unknown) => {
    if (error instanceof NoAnswer) return { status: 0, body: "" };
    throw error;
  });
}
