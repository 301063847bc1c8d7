import { Agent, type RequestOptions } from "node:https";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";

/**
 * How long a connection opened in advance counts as fresh, in milliseconds. Servers do not close idle connections that
 * soon.
 */
const FRESH_MILLISECONDS = 1000;

/**
 * Keeps connections between calls, and opens some in advance. One instance mints for several services, with the same
 * three hosts. It uses `node:https`, because loading `fetch` costs a cold start more than the rest of this function.
 */
export class Connections extends Agent {
  /** Connections without a call yet, by host. */
  readonly #ahead = new Map<string, TLSSocket>();
  /** When each was opened, by the monotonic clock: neither tests nor time servers change it. */
  readonly #openedAt = new WeakMap<Duplex, number>();

  constructor() {
    super({ keepAlive: true, maxSockets: 16 });
  }

  /**
   * Whether this connection may have gone stale before its call: it was kept from an earlier call, or opened long
   * before.
   */
  mayBeStale(socket: Duplex | null, reused: boolean): boolean {
    const openedAt = socket ? this.#openedAt.get(socket) : undefined;
    return reused || (openedAt !== undefined && performance.now() - openedAt > FRESH_MILLISECONDS);
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const socket = this.#ahead.get(String(options.host));
    if (socket === undefined) return super.createConnection(options, callback);
    this.#ahead.delete(String(options.host));
    return socket;
  }

  /** Opens a connection to port 443 for the next call to this host. Resolves when it is open or has failed. */
  open(host: string, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const options = { host, servername: host, port: 443, rejectUnauthorized: true, keepAlive: true };
      const socket = super.createConnection(options) as TLSSocket;
      const timer = setTimeout(() => socket.destroy(), milliseconds);
      const close = () => {
        clearTimeout(timer);
        if (this.#ahead.get(host) === socket) this.#ahead.delete(host);
        resolve();
      };
      socket.setNoDelay(true);
      // A failed connection is dropped: the call that needs one opens its own.
      socket.on("error", () => {});
      for (const end of ["end", "close"]) socket.once(end, close);
      socket.once("secureConnect", () => {
        clearTimeout(timer);
        this.#ahead.set(host, socket);
        this.#openedAt.set(socket, performance.now());
        resolve();
      });
    });
  }
}
