import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AuthorizerPolicy, POLICY_FILE } from "../../../contract/policy-file";
import type { EnvoyConfiguration } from "../envoy/configuration";
import type { LocalFunction } from "../function/function";
import { json, type LocalAnswer, type LocalRequest } from "../net/local-http";
import { LocalServer } from "../net/local-server";
import type { PortChoice } from "../net/loopback";
import type { Stack } from "../terraform/stack";
import type { RequestLog } from "../trace/request-log";
import { withheld } from "../trace/withheld";
import { ApiPage, type ApiPageProps } from "./api-page";
import { declarationAt } from "./declarations";
import type { Explaining } from "./headline";
import { LongPoll } from "./long-poll";
import { detailsOf, summaryOf } from "./views";

export interface WhyPageProps {
  /** Name of the front door: the environment's name. */
  readonly title: string;
  readonly stack: Stack;
  readonly log: RequestLog;
  readonly explaining: Explaining;
  /** How the door deviates from the stack. */
  readonly deviations: readonly string[];
  /** The command that shows a request from the door's logs, by its id. Default: the page names none. */
  readonly traceCommand?: (id: string) => string;
  /** Folder with the page's own files. */
  readonly assets: string;
  /** The routes of the door, to try calls. Default: there is no such part. */
  readonly api?: Omit<ApiPageProps, "assets">;
}

const ASSETS: Readonly<Record<string, string>> = {
  "page.html": "text/html; charset=utf-8",
  "look.css": "text/css; charset=utf-8",
  "page.css": "text/css; charset=utf-8",
  "page.js": "text/javascript; charset=utf-8",
  "list.js": "text/javascript; charset=utf-8",
  "details.js": "text/javascript; charset=utf-8",
  "steps.js": "text/javascript; charset=utf-8",
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
  private readonly server = new LocalServer((request) => this.answer(request));
  private readonly poll: LongPoll;
  private readonly api: ApiPage | undefined;

  constructor(private readonly props: WhyPageProps) {
    this.poll = new LongPoll(props.log);
    this.api = props.api && new ApiPage({ ...props.api, assets: props.assets });
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
    const { log, deviations, title, explaining } = this.props;
    const after = seen.get("door") === this.door ? Number(seen.get("after")) || 0 : -1;
    await this.poll.newerThan(after);
    const requests = log.changedAfter(after).map((request) => withheld(summaryOf(request, explaining)));
    const { total, version } = log;
    return json(200, { door: this.door, title, api: this.api !== undefined, deviations, total, version, requests });
  }

  private details(id: string): unknown {
    const { log, explaining, traceCommand } = this.props;
    const request = log.find(id);
    const route = request?.answer?.route;
    const rule = route === undefined ? undefined : explaining.ruleOf(route);
    return request && withheld({ ...detailsOf(request, explaining), rule, traceCommand: traceCommand?.(id) });
  }
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
