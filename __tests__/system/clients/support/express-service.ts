import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

type Handler = (request: { url: string }, response: { json(body: unknown): void }, next: () => void) => void;
interface ExpressApp {
  (request: unknown, response: unknown): void;
  use(handler: Handler): void;
  use(path: string, handler: Handler): void;
  all(path: string, handler: Handler): void;
  get(path: string, handler: Handler): void;
  head(path: string, handler: Handler): void;
  post(path: string, handler: Handler): void;
  delete(path: string, handler: Handler): void;
}
const express = require("express") as () => ExpressApp;

/** How a team may register its handlers. Everything left to Express is as loose as Express's defaults. */
export interface ExpressStyle {
  readonly name: string;
  /** `method`: `app.get(path)`; `all`: one handler a path, whatever the method; `use`: mounted, with all below. */
  readonly register: "method" | "all" | "use";
  /**
   * Which handlers are registered, and so tried, first. Some handlers are never reached unless narrow ones come first.
   */
  readonly order: "narrow first" | "narrow first, else reversed" | "wide first";
  /** Middleware that normalizes a path before any handler sees it. */
  readonly rewrite?: (url: string) => string;
}

/** A service with a handler for each route key, which answers with its key. */
export class ExpressService {
  private constructor(
    readonly style: ExpressStyle,
    private readonly server: Server,
  ) {}

  static async start(style: ExpressStyle, routeKeys: readonly string[]): Promise<ExpressService> {
    const app = express();
    const { rewrite } = style;
    if (rewrite !== undefined) {
      app.use((request, _, next) => {
        request.url = rewrite(request.url);
        next();
      });
    }
    for (const routeKey of inOrder(style.order, routeKeys)) {
      const [method = "", path = ""] = routeKey.split(" ");
      const register = style.register === "method" ? (method.toLowerCase() as "get") : style.register;
      // In a header, because the answer to HEAD has no body.
      app[register](expressPath(path), (_, response) => {
        (response as unknown as { set(name: string, value: string): void }).set("x-handler", routeKey);
        response.json({});
      });
    }
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new ExpressService(style, server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** `/files/{path+}` is `/files/*path` there; what means something to Express in a literal is escaped. */
function expressPath(path: string): string {
  const segments = path.split("/").map((segment) => {
    if (segment.endsWith("+}")) return `*${segment.slice(1, -2)}`;
    if (segment.startsWith("{")) return `:${segment.slice(1, -1)}`;
    return segment.replace(/[^\w-]/g, "\\$&");
  });
  return segments.join("/");
}

function inOrder(order: ExpressStyle["order"], routeKeys: readonly string[]): readonly string[] {
  const keys = order === "narrow first" ? [...routeKeys] : [...routeKeys].reverse();
  const narrow = keys.sort((one, other) => comparedByNarrowness(one, other));
  return order === "wide first" ? narrow.reverse() : narrow;
}

/** Segment by segment, a literal before a variable before a greedy one; a longer path before what it lies below. */
function comparedByNarrowness(one: string, other: string): number {
  const [mine, theirs] = [one, other].map((key) => key.slice(key.indexOf("/") + 1).split("/"));
  for (const [index, segment] of (mine ?? []).entries()) {
    const counterpart = theirs?.[index];
    if (counterpart === undefined) return -1;
    const difference = breadth(segment) - breadth(counterpart);
    if (difference !== 0) return difference;
  }
  return (theirs?.length ?? 0) > (mine?.length ?? 0) ? 1 : 0;
}

function breadth(segment: string): number {
  if (segment.endsWith("+}")) return 2;
  return segment.startsWith("{") ? 1 : 0;
}
