import { randomUUID } from "node:crypto";
import { FROM_ANNOTATION } from "../../../contract/rollout";
import { type LogEntry, type RunRequest, requestEntries } from "../logs/log-entries";
import { headerValues, json, type LocalAnswer, type LocalHost, type LocalRequest } from "../net/local-http";
import { traced, traceOf } from "../net/trace-context";
import { type Resource, StackError } from "../terraform/document";
import type { Stack } from "../terraform/stack";
import { presentedClaims } from "../trace/request-log";
import { currentPlace, type LocalTrace } from "../trace/trace";
import { judgeBindings, requireKnownRoles } from "./bindings";
import { EnabledServices } from "./enabled-services";
import type { GoogleKeys } from "./keys";

const SERVICE = {
  // The code that starts the services reads the template.
  read: [
    "annotations",
    "name",
    "location",
    "project",
    "custom_audiences",
    "ingress",
    "invoker_iam_disabled",
    "template",
    "traffic",
  ],
  immaterial: {
    scaling: "there is one instance of a service here",
    deletion_protection: "nothing is deleted here",
  },
} as const;
const BINDING = { read: ["name", "location", "role", "members"] } as const;
const MEMBER = { read: ["name", "location", "project", "role", "member"] } as const;

/** What a service receives of a request that IAM allowed. */
export interface ServiceRequest extends LocalRequest {
  /** Name of the Cloud Run service. */
  readonly service: string;
  /** Name of the revision; undefined unless a rollout divides the calls. */
  readonly revision?: string;
}

/** A service behind Cloud Run. Any function may stand in, because the stack's containers do not matter here. */
export type LocalService = (request: ServiceRequest) => Promise<LocalAnswer>;

/** What a test or a person checks: the request as it arrived. */
export const echoService: LocalService = async ({ service, revision, method, target, headers, body }) =>
  json(200, { service, ...(revision !== undefined && { revision }), method, target, headers, body });

interface Served {
  readonly answer: LocalAnswer;
  /** Why the IAM check refused. */
  readonly refusal?: string;
}

/** Thrown if Cloud Run refuses a request before the service receives it. */
class RunRefusal extends Error {
  constructor(
    readonly status: 401 | 403 | 404,
    message: string,
    readonly declaration: string,
  ) {
    super(message);
  }
}

/**
 * Cloud Run's IAM check, as the stack's services and bindings define it.
 * https://cloud.google.com/run/docs/authenticating/service-to-service
 */
export class CloudRun {
  private readonly enabled: EnabledServices;
  /** By host. */
  private readonly services: ReadonlyMap<string, Resource>;
  private readonly bindings: readonly Resource[];
  /** By address of the service. */
  private readonly revisions: ReadonlyMap<string, Revisions>;
  /** Its request log, by address of the service. */
  private readonly entries: ReadonlyMap<string, (request: RunRequest) => LogEntry>;

  constructor(
    private readonly stack: Stack,
    private readonly keys: GoogleKeys,
    private readonly trace: LocalTrace,
    private readonly service: LocalService = echoService,
    private readonly now: () => number = Date.now,
  ) {
    this.enabled = new EnabledServices(stack);
    const services = stack.declaredApart("google_cloud_run_v2_service", SERVICE);
    const byHost = new Map<string, Resource>();
    for (const each of services) stack.apart(each, () => byHost.set(new URL(stack.text(each, "uri")).host, each));
    this.services = byHost;
    this.bindings = [
      ...stack.declaredApart("google_cloud_run_v2_service_iam_binding", BINDING),
      ...stack.declaredApart("google_cloud_run_v2_service_iam_member", MEMBER),
    ];
    requireKnownRoles(stack, this.bindings);
    const revisions = new Map<string, Revisions>();
    const entries = new Map<string, ReturnType<typeof requestEntries>>();
    const { project } = stack.google;
    for (const each of services) {
      stack.apart(each, () => revisions.set(each.address, new Revisions(stack, each)));
      stack.apart(each, () => {
        const of = { project, service: stack.text(each, "name"), location: stack.text(each, "location") };
        entries.set(each.address, requestEntries(of));
      });
    }
    [this.revisions, this.entries] = [revisions, entries];
  }

  /** How rollouts deviate from the stack. */
  get deviations(): readonly string[] {
    return [...this.revisions].flatMap(([address, { names }]) =>
      names.length < 2 ? [] : [`${address}.traffic: ${names.join(" and ")} are one service here`],
    );
  }

  get hosts(): readonly string[] {
    return [...this.services.keys()];
  }

  /** Returns a handler for each host. A call is traced as part of the request to which it belongs. */
  readonly called: LocalHost = (request) =>
    this.trace.at(request.place ?? currentPlace()).call("cloud-run", (place) => this.handle(request, place));

  /** A call outside any gateway request goes past the gateway. It is shown next to calls through the gateway. */
  handle(request: LocalRequest, place = currentPlace()): Promise<LocalAnswer> {
    return place === undefined ? this.answerPast(request) : this.answer({ ...request, place });
  }

  private async answerPast(request: LocalRequest): Promise<LocalAnswer> {
    const { requests } = this.trace;
    const id = randomUUID();
    const startedAt = this.now();
    const [path = ""] = request.target.split("?");
    const presented = presentedClaims(headerValues(request, "authorization")[0]);
    requests.begin({ id, door: "cloud-run", startedAt, method: request.method, path, presented });
    const answer = await this.answer({ ...request, place: { request: id } });
    requests.end(id, { status: answer.status, milliseconds: this.now() - startedAt });
    return answer;
  }

  private async answer(request: LocalRequest): Promise<LocalAnswer> {
    const target = this.services.get(request.host);
    if (target === undefined) return { status: 404, body: "no such service" };
    const off = this.enabled.refusal(this.trace.at(request.place), "cloud-run", "run.googleapis.com");
    if (off !== undefined) return off;
    if (this.trace.logs === undefined) return (await this.serve(target, request)).answer;
    const joined = traced(request);
    const startedAt = this.now();
    const { answer, refusal } = await this.serve(target, joined);
    this.log(target, joined, { status: answer.status, startedAt, refusal });
    return answer;
  }

  private log(target: Resource, request: LocalRequest, outcome: Pick<RunRequest, "refusal" | "startedAt" | "status">) {
    const { method, host, target: path } = request;
    const entry = this.entries.get(target.address)?.({
      method,
      url: `https://${host}${path.split("?")[0]}`,
      ...outcome,
      milliseconds: this.now() - outcome.startedAt,
      userAgent: headerValues(request, "user-agent")[0],
      traceId: traceOf(request) ?? "",
    });
    if (entry !== undefined) this.trace.logs?.cloudLogging(entry);
  }

  private async serve(target: Resource, request: LocalRequest): Promise<Served> {
    const trace = this.trace.at(request.place);
    try {
      const { declaration, checked, claims } = await this.admit(target, bearerOf(request));
      const name = this.stack.text(target, "name");
      const call = `${request.method} ${request.target.split("?")[0]}`;
      const revision = this.revisions.get(target.address)?.next();
      const asked = declaration.endsWith(".invoker_iam_disabled") ? "; IAM checks no caller" : "";
      trace.allow(
        "cloud-run",
        `${name}: ${call}${asked}${revision === undefined ? "" : `; revision ${revision}`}`,
        declaration,
        claims,
      );
      const headers = withoutSignature(request.headers, checked);
      return {
        answer: await this.service({ ...request, service: name, ...(revision !== undefined && { revision }), headers }),
      };
    } catch (error) {
      if (!(error instanceof RunRefusal || error instanceof StackError)) throw error;
      const { message } = error;
      const [status, declaration] =
        error instanceof RunRefusal ? [error.status, error.declaration] : [500, error.address];
      trace.refuse("cloud-run", message, declaration);
      const body = `${message} (${declaration})`;
      return { answer: { status, headers: { "content-type": "text/plain" }, body }, refusal: message };
    }
  }

  /** The short name of a service and its full one: a binding may have either. */
  private namesOf(service: Resource): readonly string[] {
    return [this.stack.text(service, "name"), this.stack.text(service, "id")];
  }

  /** The declaration that allows the request, and the token that was checked for it. */
  private async admit(service: Resource, token: string | undefined) {
    const { address } = service;
    this.stack.requireUnderstood(service);
    const ingress = this.stack.value(service, "ingress") ?? "INGRESS_TRAFFIC_ALL";
    if (ingress !== "INGRESS_TRAFFIC_ALL") {
      throw new RunRefusal(404, "the service accepts no calls from the internet", `${address}.ingress`);
    }
    if (this.stack.value(service, "invoker_iam_disabled") === true) {
      return { declaration: `${address}.invoker_iam_disabled`, checked: undefined, claims: undefined };
    }
    const place = this.placeOf(service);
    const named = this.stack.granting(this.bindings, "name", ...this.namesOf(service));
    const bindings = named.filter((binding) => this.placeOf(binding) === place);
    // A service open to allUsers accepts any caller's token: https://cloud.google.com/run/docs/authenticating/end-users
    const open = judgeBindings(this.stack, bindings, "run.routes.invoke", ["allUsers"]);
    if (open.allowed) return { declaration: open.declaration ?? address, checked: undefined, claims: undefined };
    const claims = token === undefined ? undefined : await this.claimsOf(service, token);
    const members = claims === undefined ? [] : [`serviceAccount:${claims.email}`, "allAuthenticatedUsers"];
    const verdict = judgeBindings(this.stack, bindings, "run.routes.invoke", members);
    const declaration = verdict.declaration ?? address;
    if (verdict.allowed) return { declaration, checked: token, claims };
    throw new RunRefusal(
      403,
      token === undefined ? "no token" : `${members[0]} may not invoke the service`,
      declaration,
    );
  }

  /** The service that a resource is or is about: in another project, another service has the same name. */
  private placeOf(resource: Resource): string {
    const project = this.stack.value(resource, "project") ?? this.stack.google.project;
    return JSON.stringify([project, this.stack.text(resource, "location")]);
  }

  private async claimsOf(service: Resource, token: string) {
    const { address } = service;
    const claims =
      this.keys.known(token, this.now()) ??
      (await this.keys.verify(token, this.now()).catch((error: Error) => {
        throw new RunRefusal(401, `the token is not a valid ID token of Google: ${error.message}`, address);
      }));
    const audiences = [...this.stack.texts(service, "custom_audiences"), this.stack.text(service, "uri")];
    if (typeof claims.aud !== "string" || !audiences.includes(claims.aud)) {
      throw new RunRefusal(401, `the token is for another audience: ${claims.aud}`, `${address}.custom_audiences`);
    }
    return claims;
  }
}

/** If both headers are present, only `X-Serverless-Authorization` is read. Two values of one header count as none. */
function bearerOf(request: LocalRequest): string | undefined {
  const serverless = headerValues(request, "x-serverless-authorization");
  const values = serverless.length > 0 ? serverless : headerValues(request, "authorization");
  return values.length === 1 ? /^bearer (\S+)$/i.exec(values[0] ?? "")?.[1] : undefined;
}

/** The service receives the checked token without its signature, so that it cannot use the token itself. */
function withoutSignature(headers: LocalRequest["headers"], token: string | undefined): LocalRequest["headers"] {
  if (token === undefined) return headers;
  const unsigned = `${token.slice(0, token.lastIndexOf(".") + 1)}SIGNATURE_REMOVED_BY_GOOGLE`;
  const checked = /^(x-serverless-)?authorization$/i;
  return headers.map(([name, value]) => [name, checked.test(name) ? value.replace(token, unsigned) : value]);
}

const TRAFFIC = { read: ["type", "percent", "revision"] } as const;

interface Share {
  readonly revision: string;
  readonly percent: number;
  /** Its share of the calls so far that it has not received yet, in hundredths of a call. */
  owed: number;
}

/**
 * Chooses the revision for the next call of a service: each gets its share of every hundred calls, evenly spread. Cloud
 * Run chooses at random.
 */
export class Revisions {
  private readonly shares: readonly Share[];

  /** Reports traffic to any revision that the stack does not describe. */
  constructor(stack: Stack, service: Resource) {
    const blocks = stack.blocks(service, "traffic", TRAFFIC);
    const from = (stack.value(service, "annotations") as Readonly<Record<string, unknown>> | undefined)?.[
      FROM_ANNOTATION
    ];
    const shares = blocks.map(({ body }) => ({
      revision: String(body.revision),
      percent: Number(body.percent),
      owed: 0,
    }));
    const whole = shares.reduce((sum, { percent }) => sum + percent, 0) === 100;
    for (const { address, body } of blocks) {
      if (body.type === "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" && body.percent === 100) continue;
      const isOfRollout = body.type === "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION" && blocks.length <= 2;
      if (isOfRollout && whole && typeof from === "string") continue;
      stack.fault(address, "the stand-in knows only traffic to the latest revision, and a rollout's two revisions");
    }
    this.shares = blocks.some(({ body }) => body.revision !== undefined) ? shares : [];
  }

  /** Names of the revisions between which calls are divided; none if the latest one gets all. */
  get names(): readonly string[] {
    return this.shares.map(({ revision }) => revision);
  }

  /** Undefined if the latest revision gets all calls. */
  next(): string | undefined {
    if (this.shares.length === 0) return undefined;
    for (const share of this.shares) share.owed += share.percent;
    const chosen = this.shares.reduce((most, share) => (share.owed > most.owed ? share : most));
    chosen.owed -= 100;
    return chosen.revision;
  }
}
