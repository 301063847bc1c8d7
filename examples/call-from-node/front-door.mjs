import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** Seconds before its end from which a token is no longer used: a call takes its time to arrive. */
const MARGIN_SECONDS = 60;

/** Longest wait for the token endpoint. */
const TOKEN_MILLISECONDS = 10_000;

/** Calls a front door as one client, whose secret AWS Secrets Manager holds. One for the whole program: it keeps the token. */
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

  /** As `fetch`. A body is text or bytes, and no stream: it may have to be sent twice. */
  async call(path, init = {}) {
    const token = await this.token();
    const answer = await this.#send(path, init, token);
    // A token that counts no more is 401 behind a REST API and 403 behind an HTTP API, as is a missing scope: tried once more.
    if (answer.status !== 401 && answer.status !== 403) return answer;
    await answer.body?.cancel();
    return this.#send(path, init, await this.token(token));
  }

  /** @param refused a token that was refused: any other one will do */
  async token(refused) {
    const { token, until } = this.#kept;
    if (token !== refused && Date.now() < until) return token;
    // All who ask meanwhile wait for the same one.
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
    // Somebody may have replaced the secret between reading it and showing it.
    if (answer.error === "invalid_client") answer = await this.#askForToken();
    if (answer.error) throw new Error(`no token for ${this.#secretId}: ${answer.error}`);
    return { token: answer.access_token, until: Date.now() + (answer.expires_in - MARGIN_SECONDS) * 1000 };
  }

  /** The secret is read each time, so a new one is found by itself. */
  async #askForToken() {
    const { client_id, client_secret, token_endpoint, scope } = await this.#secret();
    const answer = await fetch(token_endpoint, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope }),
      signal: AbortSignal.timeout(TOKEN_MILLISECONDS),
    });
    const told = await answer.json().catch(() => ({}));
    return answer.ok && told.access_token ? told : { error: told.error ?? `status ${answer.status}` };
  }

  async #secret() {
    const { SecretString } = await this.#secretsManager.send(new GetSecretValueCommand({ SecretId: this.#secretId }));
    try {
      return JSON.parse(SecretString);
    } catch {
      // The parser's own message would quote the secret.
      throw new Error(`${this.#secretId} is no JSON`);
    }
  }
}
