import { CommandError } from "../../../cli/process/command-error";
import type { HttpClient, HttpRequest, HttpResponse } from "../../../cli/process/https";
import type { FrontDoor, Verdict } from "../../../cli/verify/probes";
import { type Clock, Sender } from "../../../cli/verify/requests";
import { expectedCallers, mayCall, probeRoutes, type Tokens } from "../../../cli/verify/routes";
import { runProbes, runSmoke, type VerifyReport } from "../../../cli/verify/verify";
import { accessToken, deployment } from "./deployment";
import { POLICY } from "./policy";

/** A clock that advances only in sleeps, which take no real time. */
export class FakeClock implements Clock {
  private time = Date.now();
  readonly now = () => this.time;
  readonly sleep = async (milliseconds: number) => {
    this.time += milliseconds;
  };
}

export const TOKENS: Tokens = {
  CALLER_TOKEN: accessToken("reporting", ["orders/read"]),
  OTHER_CALLER_TOKEN: accessToken("support", ["orders/support"]),
};

/** Single faults that a front door may have. */
export interface Faults {
  readonly missingTokenPasses?: boolean;
  readonly junkPasses?: boolean;
  readonly scopesIgnored?: boolean;
  /** Cloud Run refuses what the gateway should have refused. */
  readonly refusedBehindTheGateway?: boolean;
  readonly publicRefused?: boolean;
  readonly mintFails?: boolean;
  /** The first calls of public routes fail, as after a first deploy. */
  readonly failsAtFirst?: number;
  readonly throttles?: boolean;
  readonly preflightNeedsToken?: boolean;
  readonly anyOrigin?: boolean;
  /** Any caller may call this service past the gateway. */
  readonly openService?: string;
  readonly acceptsCallersToken?: boolean;
  /** Cloud Run has not learned of this service's invoker. */
  readonly invokerUnknown?: string;
  readonly openEndpoint?: boolean;
  /** The other region's gateway cannot reach this service. */
  readonly awayInTwin?: string;
}

export const TWIN = { name: "test-us", origin: "https://api.test.example", at: "d-1.execute-api.test" };

const GOOGLE = { server: "Google Frontend" };
const PAGE = "<h2>Your client does not have permission to get URL <code>/</code> from this server.</h2>";
const SERVED: HttpResponse = { status: 200, headers: { ...GOOGLE, "apigw-requestid": "id=" }, body: "{}" };
const OF_RUN: HttpResponse = { status: 403, headers: GOOGLE, body: PAGE };
const MESSAGES: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  429: "Too Many Requests",
  500: "Internal Server Error",
};

/** The gateway's own answer. */
export function own(status: number, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers, body: JSON.stringify({ message: MESSAGES[status] }) };
}

export const ENDPOINT = "https://a1.execute-api.eu-west-1.amazonaws.com";

/** A gateway and two services as the design expects, with selectable faults. */
export async function frontDoor(faults: Faults, door: FrontDoor): Promise<HttpClient> {
  const known = {
    [`Bearer ${TOKENS.CALLER_TOKEN}`]: "CALLER_TOKEN",
    [`Bearer ${TOKENS.OTHER_CALLER_TOKEN}`]: "OTHER_CALLER_TOKEN",
  };
  const callers = await expectedCallers(TOKENS, door.deployment);
  const callerOf = (token = "") => callers[known[token] as keyof Tokens];
  let failures = faults.failsAtFirst ?? 0;
  const atGateway = ({ at, method, path, headers }: HttpRequest): HttpResponse => {
    const { Authorization: token, Origin = "" } = headers;
    if (faults.throttles) return own(429);
    if (method === "OPTIONS") {
      const isAllowed = faults.anyOrigin || Origin === door.deployment.corsOrigin;
      if (faults.preflightNeedsToken) return own(401);
      return { status: 204, headers: isAllowed ? { "access-control-allow-origin": Origin } : {}, body: "" };
    }
    const route = door.routes.find((each) => each.path === path);
    if (route === undefined) return own(404);
    const mintsFor =
      faults.mintFails || (at === TWIN.at && faults.awayInTwin === route.service)
        ? own(500)
        : faults.invokerUnknown === route.service
          ? OF_RUN
          : SERVED;
    if (route.access === "public" && failures-- > 0) return own(500);
    if (route.access === "public") return faults.publicRefused ? own(401) : mintsFor;
    const caller = callerOf(token);
    const may =
      token === undefined
        ? faults.missingTokenPasses
        : caller === undefined
          ? faults.junkPasses
          : faults.scopesIgnored || mayCall(caller, route);
    if (may) return mintsFor;
    return faults.refusedBehindTheGateway ? OF_RUN : own(token === undefined ? 401 : 403);
  };
  const atService = (service: string, { path, headers }: HttpRequest): HttpResponse => {
    if (faults.openService === service) return SERVED;
    const tokens = [headers.Authorization, headers["X-Serverless-Authorization"]];
    const caller = tokens.map(callerOf).find((each) => each !== undefined);
    const { byEnvoy } = door.deployment;
    const route = door.routes.find((each) => each.path === path);
    if (byEnvoy && route !== undefined && mayCall(caller, route)) return SERVED;
    return caller !== undefined && faults.acceptsCallersToken ? SERVED : OF_RUN;
  };
  return async (request) => {
    const service = /^https:\/\/(\w+)\.run\.example$/.exec(request.origin)?.[1];
    if (service !== undefined) return atService(service, request);
    if (request.origin === ENDPOINT && !faults.openEndpoint) return own(404);
    return atGateway(request);
  };
}

export interface RunOptions {
  readonly faults?: Faults;
  readonly tokens?: Tokens;
  readonly policy?: typeof POLICY;
  readonly byEnvoy?: boolean;
  readonly more?: Partial<FrontDoor>;
  readonly smokeOnly?: boolean;
}

export interface RunResult {
  readonly lines: readonly string[];
  /** What `--format json` prints; undefined if the run ended before. */
  readonly report: VerifyReport | undefined;
  /** Exit code of the command. */
  readonly code: number;
  readonly sent: readonly HttpRequest[];
  /** Ids of probes by verdict. */
  readonly refuted: readonly string[];
  readonly confirmed: readonly string[];
  readonly untold: readonly string[];
}

/** Runs the command's inner part against a fake front door. */
export async function verifyFake(options: RunOptions = {}): Promise<RunResult> {
  const { faults = {}, tokens = TOKENS, policy = POLICY, byEnvoy = false, more, smokeOnly } = options;
  const known = { ...deployment(policy), byEnvoy };
  const callers = await expectedCallers(tokens, known);
  const door: FrontDoor = { deployment: known, routes: probeRoutes(policy), callers, ...more };
  const answers = await frontDoor(faults, door);
  const sent: HttpRequest[] = [];
  const client: HttpClient = (request) => {
    sent.push(request);
    return answers(request);
  };
  const clock = new FakeClock();
  const lines: string[] = [];
  let report: VerifyReport | undefined;
  const conclude = (made: VerifyReport) => {
    report = made;
  };
  const sender = new Sender(known.gateway, tokens, client, clock);
  const run = { door, sender, clock, print: (line: string) => lines.push(line), conclude };
  let code = 0;
  try {
    await (smokeOnly ? runSmoke(run) : runProbes(run));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    code = error.exitCode;
    lines.push(error.message);
  }
  const idsOf = (kind: Verdict["kind"]) =>
    report?.probes.flatMap(({ id, verdict }) => (verdict.kind === kind ? [id] : [])) ?? [];
  return {
    ...{ lines, report, code, sent },
    ...{ refuted: idsOf("refuted"), confirmed: idsOf("confirmed"), untold: idsOf("could not tell") },
  };
}
