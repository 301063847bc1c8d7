import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ownShares } from "../../net/descriptors";
import { listenForCallers, type PortChoice } from "../../net/loopback";
import { randomFew } from "../../net/random-bytes";
import { presentedClaims } from "../../trace/request-log";
import type { LocalTrace } from "../../trace/trace";
import { asPartOf } from "../../trace/trace";
import { Turnstile } from "./turnstile";

/** A request that the gateway has given an id. */
export interface BegunRequest {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** As API Gateway makes them: `JKJaXmPLvHcESHA=`. */
export function newRequestId(): string {
  return `${randomFew(11).toString("base64").replaceAll("/", "E").slice(0, 15)}=`;
}

/**
 * A page of elsewhere whose name was made to mean this machine (DNS rebinding) says that name: it must not read what the
 * stand-ins answer. Programs that say none are no browsers.
 */
function isOfThisMachine(host: string | undefined): boolean {
  return host === undefined || /^(127\.0\.0\.1|\[::1\]|([\w-]+\.)?localhost)(:\d+)?$/i.test(host);
}

function refuse(outgoing: ServerResponse): void {
  outgoing.writeHead(421, { "content-type": "application/json" });
  outgoing.end('{"message":"Misdirected Request: call 127.0.0.1 or localhost"}');
}

/** All gateways of this process share it, as they share its descriptors. */
const turnstile = new Turnstile(() => ownShares().calls);

/** What gateways of both kinds are on this machine: a server on 127.0.0.1 whose requests are traced from their beginning. */
export class GatewayServer {
  private server: Server | undefined;
  private readonly underWay = new Set<ServerResponse>();

  /** @param mostHeadBytes what the gateway itself takes, and answers beyond */
  constructor(
    private readonly trace: LocalTrace,
    private readonly now: () => number,
    private readonly mostHeadBytes: number,
    private readonly serve: (request: BegunRequest) => Promise<void>,
  ) {}

  /** @returns the URL, without a path */
  async start(port: PortChoice, deviations: readonly string[]): Promise<string> {
    for (const deviation of deviations) {
      this.trace.remark("gateway", `deviation: ${deviation}`, deviation.split(": ")[0]);
    }
    // Node's own limit on a head would answer before the gateway does, and without a request id.
    const server = createServer({ maxHeaderSize: 64 * this.mostHeadBytes }, (incoming, outgoing) => {
      if (!isOfThisMachine(incoming.headers.host)) return refuse(outgoing);
      this.underWay.add(outgoing);
      outgoing.once("close", () => this.underWay.delete(outgoing));
      turnstile.enter((leave) => this.turnOf(incoming, outgoing).finally(leave));
    });
    const taken = await listenForCallers(server, port);
    this.server = server;
    return `http://127.0.0.1:${taken}`;
  }

  /** Takes no new connection from now on, and cuts those that are open when their answers are out or the grace is over. */
  async stop(graceMilliseconds = 0): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const deadline = Date.now() + graceMilliseconds;
    while (this.underWay.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    server.closeAllConnections();
    await closed;
  }

  /** Over when the answer is out and nothing works for it any longer. A caller that has gone meanwhile is left out. */
  private async turnOf(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (outgoing.closed) return;
    const requestId = newRequestId();
    const closed = new Promise((resolve) => outgoing.once("close", resolve));
    await asPartOf(requestId, () => this.begin(incoming, outgoing, requestId)).catch(({ message }: Error) => {
      // An answer that Node does not send, as one with a line break in a header: its caller sees the connection end.
      asPartOf(requestId, () => this.trace.refuse("gateway", `no answer could be sent: ${message}`));
      outgoing.destroy();
    });
    await closed;
  }

  private begin(incoming: IncomingMessage, outgoing: ServerResponse, requestId: string): Promise<void> {
    const startedAt = this.now();
    this.trace.requests.begin({
      id: requestId,
      door: "gateway",
      startedAt,
      method: incoming.method ?? "",
      path: incoming.url?.split("?")[0] ?? "",
      presented: presentedClaims(incoming.headers.authorization),
    });
    return this.serve({ incoming, outgoing, requestId, startedAt });
  }
}
