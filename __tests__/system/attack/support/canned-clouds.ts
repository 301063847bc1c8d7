import { randomBytes } from "node:crypto";
import { credentialsDocument, XML } from "../../../../packages/local-front-door/aws/sts-documents";
import { json, type LocalRequest } from "../../../../packages/local-front-door/net/local-http";
import type { Arena } from "./arena";
import { answering } from "./internet";

/**
 * Both clouds with fixed answers, regardless of the artefact's clock, because the stand-ins would refuse a signature
 * from tomorrow. Google's ID tokens have the life that a test sets. Time advances only when a test advances it.
 */
export class CannedClouds {
  /** Life of the next ID tokens, in seconds, or "down". */
  idTokens: number | "down" = 3600;
  private seconds = Math.floor(Date.now() / 1000);

  constructor(private readonly arena: Arena) {}

  /** Replaces the clouds until `arena.restore`. */
  install(): void {
    const { internet, hosts } = this.arena;
    const secret = (bytes: number) => randomBytes(bytes).toString("base64");
    internet.intercept(hosts.aws, async () => {
      const accessKeyId = `ASIA${randomBytes(8).toString("hex").toUpperCase()}`;
      const expiresAt = (this.seconds + 3600) * 1000;
      const session = { accessKeyId, secretAccessKey: secret(30), sessionToken: secret(240), expiresAt };
      return {
        status: 200,
        headers: XML,
        body: credentialsDocument(session, "arn:aws:sts::111122223333:assumed-role/x/y"),
      };
    });
    internet.intercept(hosts.sts, async () =>
      json(200, {
        access_token: `ya29.canned.${secret(40).replace(/\W/g, "")}`,
        issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
        token_type: "Bearer",
      }),
    );
    internet.intercept(hosts.iam, async (request, real) => {
      // A refusal, which is not retried and so is fast.
      if (this.idTokens === "down") return answering(403)(request, real);
      return json(200, { token: this.idToken(request, this.idTokens) });
    });
  }

  /** Advances the clocks of artefact, issuers and these clouds together, and stops them there. */
  advance(seconds: number): void {
    this.seconds += seconds;
    this.arena.stopClock(this.seconds * 1000);
  }

  /** Advances by hours, so that the artefact holds no valid key or token: a cold start without the wait. */
  async hoursLater(): Promise<void> {
    this.arena.restore();
    this.install();
    this.idTokens = 3600;
    this.advance(2 * 3600);
    await Promise.all([this.arena.callers.lines(), this.arena.anyone.lines()]);
    this.arena.internet.take();
  }

  /** Seconds since 1970, as the artefact counts. */
  now(): number {
    return this.seconds;
  }

  /** Returns the requested ID token, with a signature that only Cloud Run would check. */
  idToken({ target, body }: LocalRequest, lifeSeconds: number): string {
    const { audience } = JSON.parse(body) as { audience: string };
    const email = decodeURIComponent(/serviceAccounts\/([^:]+):/.exec(target)?.[1] ?? "");
    const exp = this.seconds + lifeSeconds;
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signature = randomBytes(256).toString("base64url");
    return `${part({ alg: "RS256", typ: "JWT" })}.${part({ aud: audience, email, exp })}.${signature}`;
  }
}
