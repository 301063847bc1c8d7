import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ownShares } from "../../net/descriptors";
import { listenForCallers, type PortChoice } from "../../net/loopback";
import { pooledRandomBytes } from "../../net/trace-context";
import { presentedClaims } from "../../trace/request-log";
import type { LocalTrace } from "../../trace/trace";
import { type GatewayOptions, STALE_HEADER } from "./api-gateway";

/** Starts waiting work. Call `leave` when it ends. */
type Begin = (leave: () => void) => void;

/**
 * How many pieces of work begin in one turn. Their calls to a service then follow each other closely, which saves
 * waking a sleeping process for each call. A new connection waits for the work of this many.
 */
const BEGIN_A_TURN = 4;

/**
 * Starts work in order of arrival, with a limit on concurrent work. Only a few pieces begin in each turn of the event
 * loop, because Node accepts one new connection per turn. Otherwise, the last of many connections would wait as many
 * turns as there are connections, and each turn would be as long as all work that has begun.
 */
export class Turnstile {
  private readonly waiting: Begin[] = [];
  private inside = 0;
  /** How many pieces of work began in this turn. */
  private begun = 0;

  /** @param most read at each entry */
  constructor(private readonly most: () => number) {}

  enter(begin: Begin): void {
    this.waiting.push(begin);
    this.turn();
  }

  private turn(): void {
    while (this.begun < BEGIN_A_TURN && this.inside < this.most()) {
      const begin = this.waiting.shift();
      if (begin === undefined) return;
      if (this.begun === 0) setImmediate(() => this.nextTurn());
      this.begun += 1;
      this.inside += 1;
      begin(() => {
        this.inside -= 1;
        this.turn();
      });
    }
  }

  private nextTurn(): void {
    this.begun = 0;
    this.turn();
  }
}

/** A request with the id that the gateway assigned. */
export interface BegunRequest {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** In API Gateway's form: `JKJaXmPLvHcESHA=`. */
export function newRequestId(): string {
  return `${pooledRandomBytes(11).toString("base64").replaceAll("/", "E").slice(0, 15)}=`;
}

/**
 * Defends against DNS rebinding: a foreign page whose host name was made to resolve to this machine sends that name. It
 * must not read the stand-ins' answers. Programs that send no host name are not browsers.
 */
function isOfThisMachine(host: string | undefined): boolean {
  return host === undefined || /^(127\.0\.0\.1|\[::1\]|([\w-]+\.)?localhost)(:\d+)?$/i.test(host);
}

function refuse(outgoing: ServerResponse): void {
  outgoing.writeHead(421, { "content-type": "application/json" });
  outgoing.end('{"message":"Misdirected Request: call 127.0.0.1 or localhost"}');
}

/** Shared by all gateways of this process, like its descriptors. */
const turnstile = new Turnstile(() => ownShares().calls);

/** The local form of both kinds of gateway: a server on 127.0.0.1 whose requests are traced from the beginning. */
export class GatewayServer {
  private server: Server | undefined;
  private readonly underWay = new Set<ServerResponse>();

  /** @param mostHeadBytes limit of the gateway itself, which answers anything larger */
  constructor(
    private readonly trace: LocalTrace,
    private readonly now: () => number,
    private readonly mostHeadBytes: number,
    private readonly serve: (request: BegunRequest) => Promise<void>,
    private readonly stale: GatewayOptions["stale"],
  ) {}

  /** @returns the URL, without a path */
  async start(port: PortChoice, deviations: readonly string[]): Promise<string> {
    for (const deviation of deviations) {
      this.trace.remark("gateway", `deviation: ${deviation}`, deviation.split(": ")[0]);
    }
    // Otherwise, Node's own limit on a head would apply before the gateway's, without a request id.
    const server = createServer({ maxHeaderSize: 64 * this.mostHeadBytes }, (incoming, outgoing) => {
      if (!isOfThisMachine(incoming.headers.host)) return refuse(outgoing);
      const stale = this.stale?.();
      if (stale !== undefined) outgoing.setHeader(STALE_HEADER, stale);
      this.underWay.add(outgoing);
      outgoing.once("close", () => this.underWay.delete(outgoing));
      turnstile.enter((leave) => this.turnOf(incoming, outgoing, leave));
    });
    const taken = await listenForCallers(server, port);
    this.server = server;
    return `http://127.0.0.1:${taken}`;
  }

  /** Accepts no further connections. Closes the open ones when their answers are sent or the grace period is over. */
  async stop(graceMilliseconds = 0): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const deadline = Date.now() + graceMilliseconds;
    while (this.underWay.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    server.closeAllConnections();
    await closed;
  }

  /**
   * Frees the request's place when the answer is sent and no work for it remains. A caller that has disconnected is
   * ignored.
   */
  private turnOf(incoming: IncomingMessage, outgoing: ServerResponse, leave: () => void): void {
    if (outgoing.closed) {
      leave();
      return;
    }
    const requestId = newRequestId();
    let open = 2;
    const ended = () => {
      open -= 1;
      if (open === 0) leave();
    };
    outgoing.once("close", ended);
    this.begin(incoming, outgoing, requestId).then(ended, ({ message }: Error) => {
      // Node cannot send the answer, for example because a header has a line break. The caller sees the connection end.
      this.trace.at({ request: requestId }).refuse("gateway", `no answer could be sent: ${message}`);
      outgoing.destroy();
      ended();
    });
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
