import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AuthorizerPolicy, POLICY_FILE } from "../../../contract/policy-file";
import type { EnvoyConfiguration } from "../envoy/configuration";
import type { LocalFunction } from "../function/function";
import { json, type LocalAnswer, type LocalRequest } from "../net/local-http";
import { LocalServer } from "../net/local-server";
import type { PortChoice } from "../net/loopback";
import type { Resource } from "../terraform/document";
import type { Stack } from "../terraform/stack";
import type { RequestLog, SeenRequest } from "../trace/request-log";
import { withheld } from "../trace/withheld";
import { ApiPage, type ApiPageProps, CALL_BYTES } from "./api-page";
import type { Explaining } from "./headline";
import { declaredCallerOf, detailsOf, summaryOf } from "./views";

export interface WhyPageProps {
  /** Name of the front door: the environment's name. */
  readonly title: string;
  readonly stack: Stack;
  readonly log: RequestLog;
  readonly explaining: Explaining;
  /** How the door deviates from the stack. */
  readonly deviations: readonly string[];
  /** Addresses of the resources that nothing plays, because no request depends on them. */
  readonly notSimulated: readonly string[];
  /** The command that shows a request from the door's logs, by its id. Default: the page names none. */
  readonly traceCommand?: (id: string) => string;
  /** Calls to the door, as shell commands. Default: the page offers none. */
  readonly calls?: CallCommands;
  /** Folder with the page's own files. */
  readonly assets: string;
  /** The routes of the door, to try calls. Default: there is no such part. */
  readonly api?: Omit<ApiPageProps, "assets" | "title">;
}

/** Calls to the door, as commands to paste into a shell. None of them contains a token or a secret. */
export interface CallCommands {
  /** A call to begin with. Undefined if no caller may call anything. */
  readonly first?: string;
  /** Makes the same call again, as the same caller. Undefined if no command makes it. */
  readonly again: (request: RepeatedRequest) => string | undefined;
}

/** A request that a command is to repeat. Its body and its query are not kept. */
export interface RepeatedRequest {
  readonly door: "gateway" | "cognito" | "cloud-run";
  readonly method: string;
  readonly path: string;
  /** Name of the declared caller, verified or as its token claims. Undefined if there is none. */
  readonly caller?: string;
  /** Name of the user in the token, as sent. */
  readonly user?: string;
  /** Whether the request had a token. */
  readonly hadToken: boolean;
}

const ASSETS: Readonly<Record<string, string>> = {
  "page.html": "text/html; charset=utf-8",
  "look.css": "text/css; charset=utf-8",
  "page.css": "text/css; charset=utf-8",
  "page.js": "text/javascript; charset=utf-8",
  "list.js": "text/javascript; charset=utf-8",
  "details.js": "text/javascript; charset=utf-8",
  "elements.js": "text/javascript; charset=utf-8",
};

/** Only this server's own files run, the page sends nothing elsewhere, and no other page may frame or read it. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * The page that shows why a request was allowed or refused. For each of the last 200 requests, it shows what every
 * stand-in checked, and the declaration that decided. It listens on 127.0.0.1, is read-only, and shows no token and no
 * signature. With `api` it also has a page that calls the gateway.
 */
export class WhyPage {
  /** New at every start. A page that has seen another value discards its requests. */
  private readonly door = randomUUID();
  private readonly server = new LocalServer((request) => this.answer(request), CALL_BYTES);
  private readonly poll: LongPoll;
  private readonly api: ApiPage | undefined;

  constructor(private readonly props: WhyPageProps) {
    this.poll = new LongPoll(props.log);
    this.api = props.api && new ApiPage({ ...props.api, title: props.title, assets: props.assets });
  }

  start(port: PortChoice): Promise<string> {
    return this.server.start(port);
  }

  async stop(): Promise<void> {
    this.poll.stop();
    await this.server.stop();
  }

  private async answer(request: LocalRequest): Promise<LocalAnswer> {
    const answer = (await this.api?.answer(request)) ?? (await this.read(request));
    return { ...answer, headers: { ...answer.headers, ...SECURITY_HEADERS } };
  }

  private async read({ method, target }: LocalRequest): Promise<LocalAnswer> {
    if (method !== "GET") return { status: 405, headers: { allow: "GET" }, body: "this page only reads\n" };
    const { pathname, searchParams } = new URL(target, "http://127.0.0.1");
    const [, what = "", ...rest] = pathname.split("/");
    if (what === "" || Object.hasOwn(ASSETS, what)) return this.asset(what || "page.html");
    if (what === "requests" && rest.length === 0) return this.changes(searchParams);
    if (what === "request") return found(this.details(searchParams.get("id") ?? ""));
    if (what === "declaration") return found(declarationAt(this.props.stack, searchParams.get("address") ?? ""));
    return { status: 404, body: "not here\n" };
  }

  private asset(name: string): LocalAnswer {
    return { status: 200, headers: { "content-type": ASSETS[name] ?? "" }, body: this.file(name) };
  }

  private file(name: string): string {
    return readFileSync(join(this.props.assets, name), "utf8");
  }

  /** Answers with all changes after the log version that the page has seen. Waits until there is one. */
  private async changes(seen: URLSearchParams): Promise<LocalAnswer> {
    const { log, deviations, notSimulated, title, explaining } = this.props;
    const after = seen.get("door") === this.door ? Number(seen.get("after")) || 0 : -1;
    await this.poll.newerThan(after);
    const requests = log.changedAfter(after).map((request) => withheld(summaryOf(request, explaining)));
    const { total, version } = log;
    const api = this.api !== undefined;
    const firstCall = this.props.calls?.first;
    return json(200, { door: this.door, title, api, firstCall, deviations, notSimulated, total, version, requests });
  }

  private details(id: string): unknown {
    const { log, explaining, traceCommand, calls } = this.props;
    const request = log.find(id);
    if (request === undefined) return undefined;
    const route = request.answer?.route;
    const rule = route === undefined ? undefined : explaining.ruleOf(route);
    const details = withheld({ ...detailsOf(request, explaining), rule, traceCommand: traceCommand?.(id) });
    return { ...(details as object), callCommand: calls?.again(repeated(request, explaining)) };
  }
}

/** Without anything that could be a credential: the command that repeats the request is not checked for them again. */
function repeated(request: SeenRequest, explaining: Explaining): RepeatedRequest {
  const { door, method, path, presented } = request;
  const caller = declaredCallerOf(request, explaining);
  const user = presented?.username;
  return withheld({
    door,
    method,
    path,
    ...(caller !== undefined && { caller }),
    ...(typeof user === "string" && { user }),
    hadToken: presented !== undefined,
  }) as RepeatedRequest;
}

function found(value: unknown): LocalAnswer {
  return value === undefined ? json(404, { error: "not found" }) : json(200, value);
}

/**
 * Returns the rule for a route: from the policy in the functions' archives, or else from the route's own Envoy.
 * Undefined if neither has one.
 */
export function routeRules(
  functions: readonly LocalFunction[],
  envoys: readonly EnvoyConfiguration[],
): (route: string) => unknown {
  const policies = functions.map((each) => JSON.parse(each.file(POLICY_FILE) ?? "{}") as Partial<AuthorizerPolicy>);
  const access = envoys.flatMap((each) => [...each.access].map(([key, requires]) => [key, { requires }] as const));
  const rules = new Map<string, unknown>([
    ...access,
    ...policies.flatMap(({ routes }) => Object.entries(routes ?? {})),
  ]);
  return (route) => rules.get(route);
}

/** cdktf's own comments, and settings that only an apply reads. */
const LEFT_OUT: readonly string[] = ["//", "depends_on", "lifecycle"];

/**
 * Returns the stack's declaration at an address, as written: a resource, or one of its attributes. Undefined if the
 * address matches nothing.
 */
function declarationAt(stack: Stack, address: string): unknown {
  const [type = "", name = "", ...path] = address.split(/[.[\]]+/).filter((part) => part !== "");
  const resource = stack.all(type).find((candidate) => candidate.name === name);
  if (resource === undefined) return undefined;
  const found = path.reduce<unknown>(member, readable(resource));
  // A missing attribute is itself the reason, so the whole resource is shown.
  return readJson(found ?? readable(resource));
}

function readable({ body }: Resource): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !LEFT_OUT.includes(key)));
}

function member(value: unknown, key: string): unknown {
  const owner = parsed(value);
  return typeof owner === "object" && owner !== null && Object.hasOwn(owner, key)
    ? (owner as Record<string, unknown>)[key]
    : undefined;
}

/** Parses policies, which are JSON in a string, so that they are shown as JSON. */
function readJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readJson);
  if (typeof value === "string") return parsed(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readJson(item)]));
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** An answer is sent after this time at the latest, because a proxy in between might drop an idle connection. */
const LONGEST_WAIT_MILLISECONDS = 20_000;

/** Changes within this time are sent in one answer, because a person would not see them separately. */
const COALESCE_MILLISECONDS = 150;

/** Lets many pages wait for a change of the log, however often it changes. */
class LongPoll {
  private readonly stopping = new AbortController();

  constructor(private readonly log: RequestLog) {}

  /** Resolves shortly after the log becomes newer than this version, or when the longest waiting time is over. */
  async newerThan(version: number): Promise<void> {
    if (this.log.version <= version) await this.change();
    await this.pause(COALESCE_MILLISECONDS);
  }

  stop(): void {
    this.stopping.abort();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        unsubscribe();
        this.stopping.signal.removeEventListener("abort", done);
        resolve();
      };
      const unsubscribe = this.log.onChange(done);
      const timer = setTimeout(done, LONGEST_WAIT_MILLISECONDS);
      this.stopping.signal.addEventListener("abort", done);
    });
  }

  private pause(milliseconds: number): Promise<void> {
    if (this.stopping.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.stopping.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.stopping.signal.addEventListener("abort", done);
    });
  }
}
