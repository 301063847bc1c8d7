import { request } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { jsonIn } from "../cli/process/json";
import { NoAnswer } from "../cli/verify/deployed/outside";
import { NotListed } from "../cli/verify/inventory/cloud-tools";
import { CLIENTS, type ClientName } from "./environments";
import { type Outputs, type Scene, until } from "./scene";

/** Timeout of a call, in seconds: a cold function and a cold service within API Gateway's 30. */
const SECONDS = 30;

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
    return (await send(method, url, headers).catch(noAnswer)).status;
  }

  /** Calls a route again and again while something else happens. */
  async during<T>(key: string, tokens: () => readonly string[], work: () => Promise<T>): Promise<Meanwhile<T>> {
    const statuses: number[] = [];
    let isOver = false;
    const calling = (async () => {
      for (let index = 0; !isOver || index === 0; index += 1) {
        const all = tokens();
        statuses.push(await this.call(key, all[index % all.length]));
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
  const { status, text } = await send("POST", new URL(token_endpoint), headers, body).catch(noAnswer);
  if (status === 200) return JSON.parse(text).access_token as string;
  throw new NotListed(`the token endpoint answered ${status} ${Object(jsonIn(text)).error ?? ""}`.trim());
}

interface Sent {
  readonly status: number;
  readonly text: string;
}

function noAnswer(error: unknown): Sent {
  if (error instanceof NoAnswer) return { status: 0, text: "" };
  throw error;
}

/** One HTTPS request, without redirects. Rejects with `NoAnswer`. */
function send(method: string, url: URL, headers: Record<string, string>, body = ""): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new NoAnswer(error.message));
    const options = { method, headers, agent: false, signal: AbortSignal.timeout(SECONDS * 1000) };
    const outgoing = request(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", fail);
      incoming.on("end", () =>
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
      );
    });
    outgoing.on("error", fail).end(body);
  });
}
