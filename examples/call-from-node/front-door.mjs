import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** A token is replaced this many seconds before it expires, so that it is still valid when the call arrives. */
const MARGIN_SECONDS = 60;

/** Timeout of a request to the token endpoint. */
const TOKEN_MILLISECONDS = 10_000;

/** Calls a front door as one client, whose secret is in AWS Secrets Manager. Create one per program: it caches the token. */
export class FrontDoor {
  #url;
  #secretId;
  #secretsManager = new SecretsManagerClient();
  #kept = { token: undefined, until: 0 };
  #pending;

  /** @param url the output `api_url` */
  constructor(url, secretId) {
    this.#url = url.replace(/\/$/, "");
    this.#secretId = secretId;
  }

  /** Like `fetch`. A body must be text or bytes, not a stream: it may be sent twice. */
  async call(path, init = {}) {
    const token = await this.token();
    const answer = await this.#send(path, init, token);
    // An invalid token gives 401 behind a REST API and 403 behind an HTTP API, as a missing scope does: retry with a new one.
    if (answer.status !== 401 && answer.status !== 403) return answer;
    await answer.body?.cancel();
    return this.#send(path, init, await this.token(token));
  }

  /** @param refused a token that was refused: the result is a different one */
  async token(refused) {
    const { token, until } = this.#kept;
    if (token !== refused && Date.now() < until) return token;
    // Concurrent calls wait for the same request.
    this.#pending ??= this.#newToken().finally(() => {
      this.#pending = undefined;
    });
    this.#kept = await this.#pending;
    return this.#kept.token;
  }

  #send(path, init, token) {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    return fetch(`${this.#url}/${path.replace(/^\/+/, "")}`, { ...init, headers });
  }

  async #newToken() {
    let answer = await this.#askForToken();
    // The secret may have been replaced after it was read.
    if (answer.error === "invalid_client") answer = await this.#askForToken();
    if (answer.error) throw new Error(`no token for ${this.#secretId}: ${answer.error}`);
    return { token: answer.access_token, until: Date.now() + (answer.expires_in - MARGIN_SECONDS) * 1000 };
  }

  /** Reads the secret each time, so that a rotation needs no restart. */
  async #askForToken() {
    const { client_id, client_secret, token_endpoint, scope } = await this.#secret();
    const answer = await fetch(token_endpoint, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope }),
      signal: AbortSignal.timeout(TOKEN_MILLISECONDS),
    });
    const result = await answer.json().catch(() => ({}));
    return answer.ok && result.access_token ? result : { error: result.error ?? `status ${answer.status}` };
  }

  async #secret() {
    const { SecretString } = await this.#secretsManager.send(new GetSecretValueCommand({ SecretId: this.#secretId }));
    try {
      return JSON.parse(SecretString);
    } catch {
      // The parser's message would quote the secret.
      throw new Error(`${this.#secretId} is not JSON`);
    }
  }
}
