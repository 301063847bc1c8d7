import { join } from "node:path";
import { type Clouds, startClouds } from "../../../../packages/local-front-door/clouds";
import { awsRoleClaims, cognitoClaims, oktaClaims } from "../../../../packages/local-front-door/issuers/issuers";
import type { Resource } from "../../../../packages/local-front-door/terraform/document";
import type { Change } from "../../../support/local/document";
import { API, type AttackedApi, type Kind, type RequestEvent } from "./api-kind";
import { Artefact } from "./artefact";
import { type Claims, ForgedIssuer, signingPair } from "./forged-issuer";
import { call, type GatewayAnswer, type GatewayCall } from "./gateway-call";
import { Internet } from "./internet";
import { Secrets } from "./secrets";
import { SynthesizedStack } from "./synthesized";

/** Private parts of `AwsSts`. */
interface Session {
  readonly role: Resource;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The subject of every token, so that a log which holds it can be found. */
export const SUBJECT = "subject-canary-4b1d";

/**
 * The stack of `dev` under attack: the unzipped artefact between the stand-ins for both clouds, issuers that sign
 * anything, and a record of all secrets and all output.
 */
export class Arena {
  private constructor(
    private readonly stack: SynthesizedStack,
    readonly api: AttackedApi,
    readonly clouds: Clouds,
    /** Lines of the gateway's access log. */
    readonly accessLog: readonly string[],
    readonly internet: Internet,
    readonly secrets: Secrets,
    readonly callers: Artefact,
    readonly anyone: Artefact,
    readonly customers: ForgedIssuer,
    readonly workforce: ForgedIssuer,
    readonly aws: ForgedIssuer,
  ) {
    this.restore();
  }

  /** @param changes of declarations, before anything starts */
  static async open(kind: Kind, ...changes: readonly Change[]): Promise<Arena> {
    const stack = new SynthesizedStack(changes, kind);
    const secrets = new Secrets();
    secrets.add(SUBJECT);
    const internet = new Internet(secrets);
    const accessLog: string[] = [];
    const clouds = await internet.during(() =>
      startClouds({
        stackFile: stack.file,
        runtimeFolder: join(__dirname, "runtime"),
        gateway: { throttling: false, onAccessLogLine: (line) => accessLog.push(line) },
      }),
    );
    const artefact = (name: string) => {
      const found = clouds.functions.find((each) => each.name === `storefront-dev-${name}`);
      if (found === undefined) throw new Error(`no function ${name}`);
      return new Artefact(found);
    };
    const issuer = async (id: string, alg: "RS256" | "ES256") =>
      new ForgedIssuer(clouds.issuers.get(id)?.declaration.url ?? "", await signingPair(`${id}-1`, alg), secrets);
    const issuers = await Promise.all([
      issuer("customers", "RS256"),
      issuer("workforce", "ES256"),
      issuer("aws", "ES256"),
    ]);
    const functions = [artefact("callers"), artefact("public")] as const;
    return new Arena(stack, API[kind], clouds, accessLog, internet, secrets, ...functions, ...issuers);
  }

  /** Stops everything. Fails if any of its processes printed a secret, died or called an unknown host. */
  async close(): Promise<void> {
    await Promise.all([this.callers.lines(), this.anyone.lines()]);
    const faults = this.faults();
    await this.clouds.stop();
    this.stack.remove();
    expect(faults).toEqual({ leaks: [], strays: [], unknownHosts: [] });
  }

  /** The stand-ins' sessions hold the secret keys, which are never sent. */
  private get sessions() {
    return (this.clouds.aws as unknown as { sessions: ReadonlyMap<string, Session> }).sessions;
  }

  faults() {
    const { callers } = this;
    const known = new Set([...this.hosts.clouds, ...this.hosts.issuers]);
    const hosts = [...callers.hosts, ...this.anyone.hosts];
    for (const { secretAccessKey, sessionToken } of this.sessions.values()) {
      this.secrets.add(secretAccessKey, sessionToken);
    }
    return {
      leaks: [
        ...this.secrets.foundIn([...callers.printed, ...this.anyone.printed].join("\n")),
        // The access log names the subject on purpose.
        ...this.secrets.foundIn(this.accessLog.join("\n").replaceAll(SUBJECT, "")),
      ],
      strays: [...callers.strays, ...this.anyone.strays],
      unknownHosts: hosts.filter((host) => !known.has(host)),
    };
  }

  readonly hosts = {
    aws: "sts.eu-west-1.amazonaws.com",
    sts: "sts.googleapis.com",
    iam: "iamcredentials.googleapis.com",
    get clouds() {
      return [this.aws, this.sts, this.iam] as const;
    },
    issuers: [] as string[],
  };

  /** Restores all hosts, and every issuer's own keys. */
  restore(): void {
    this.internet.restore();
    const issuers = [this.customers, this.workforce, this.aws];
    this.hosts.issuers = issuers.map(({ host }) => host);
    for (const issuer of issuers) {
      issuer.published = [issuer.pair.jwk];
      issuer.jwksUri = `${issuer.url}/v1/keys`;
      this.internet.intercept(issuer.host, issuer.handle);
    }
  }

  /** From the next event on, artefact and issuers are this much ahead of the stand-ins for the clouds. */
  setClock(aheadSeconds: number): void {
    this.setIssuersClock(() => Date.now() + aheadSeconds * 1000);
    for (const artefact of [this.callers, this.anyone]) artefact.setClock(aheadSeconds);
  }

  /**
   * From the next event on, the clocks of artefact and issuers stop at this time, so that a slow machine cannot change
   * their answers.
   */
  stopClock(milliseconds: number): void {
    this.setIssuersClock(() => milliseconds);
    for (const artefact of [this.callers, this.anyone]) artefact.stopClock(milliseconds);
  }

  private setIssuersClock(clock: () => number): void {
    for (const issuer of [this.customers, this.workforce, this.aws]) issuer.clock = clock;
  }

  /** Makes both functions cold, and clears the records of calls and output. */
  async reset(): Promise<void> {
    this.restore();
    this.setClock(0);
    for (const artefact of [this.callers, this.anyone]) {
      await artefact.lines();
      artefact.coldStart();
    }
    this.clouds.trace.clear();
    this.internet.take();
  }

  /**
   * Sends a request through the gateway, byte for byte. No cached result answers, because the function is under attack.
   */
  send(path: string, options: GatewayCall = {}): Promise<GatewayAnswer> {
    this.clouds.gateway.resetAuthorizersCache();
    return this.sendAgain(path, options);
  }

  /** The same, to a gateway that replays cached answers. */
  async sendAgain(path: string, options: GatewayCall = {}): Promise<GatewayAnswer> {
    // A REST API's URL has the stage as its path.
    const { pathname } = new URL(this.clouds.url);
    const answer = await call(this.clouds.url, `${pathname.replace(/\/$/, "")}${path}`, options);
    // Answers to callers are searched for secrets like a log, except a service's own answer.
    if (answer.status !== 200) this.callers.printed.push(JSON.stringify(answer));
    return answer;
  }

  /** Gives the stage's variable `policy` another value, as `npx front-door revoke` does. */
  setPolicyVariable(value: string): void {
    const { stageVariables, pipeline } = this.clouds.gateway as unknown as {
      readonly stageVariables?: Map<string, string>;
      readonly pipeline?: { readonly stage: { readonly variables: Map<string, string> } };
    };
    const variables = stageVariables ?? pipeline?.stage.variables;
    if (!variables?.has("policy")) throw new Error("the stage has no variable policy");
    variables.set("policy", value);
  }

  /** The documented event with which the attacked API asks about this token, on a route without a variable. */
  bearerEvent(token: string, routeKey?: string): RequestEvent {
    return this.api.authorizationEvent(`Bearer ${token}`, routeKey);
  }

  /** Returns the decision about this token on a route without a variable, with the reason of a refusal. */
  async verdict(token: string, routeKey = "GET /orders"): Promise<string> {
    await this.callers.ask(this.bearerEvent(token, routeKey));
    const [line] = await this.callers.lines();
    return [line?.decision, line?.reason].filter(Boolean).join(" ");
  }

  /** Claims of a person in the browser, through the app client `web`. */
  webClaims(scopes: readonly string[] = ["orders/read"]): Claims {
    return cognitoClaims({ clientId: this.callers.variables.CLIENT_WEB ?? "", scopes, subject: SUBJECT });
  }

  /** Claims of an employee, through Okta. */
  employeeClaims(scopes: readonly string[] = ["orders/support"]): Claims {
    return oktaClaims({ clientId: "0oa1example", audience: "api://storefront-dev", subject: SUBJECT, scopes });
  }

  /** Claims of the AWS role `nightly-export`. */
  nightlyClaims(): Claims {
    return awsRoleClaims({ roleArn: "arn:aws:iam::111122223333:role/nightly-export", audience: "storefront-dev" });
  }

  /** A valid token of the app client `web`. */
  web(scopes?: readonly string[], claims: Claims = {}): string {
    return this.customers.token({ ...this.webClaims(scopes), ...claims });
  }
}
