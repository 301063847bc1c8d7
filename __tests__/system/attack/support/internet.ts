import type { LocalAnswer, LocalHost, LocalRequest } from "../../../../packages/local-front-door/net/local-http";
import { LocalTls } from "../../../../packages/local-front-door/net/tls";
import type { Secrets } from "./secrets";

/** One call that the artefact made. */
export interface OutboundCall {
  readonly host: string;
  readonly request: LocalRequest;
}

/** An interception in front of a stand-in: it answers itself, or calls the next handler. */
export type Interception = (request: LocalRequest, behind: LocalHost) => Promise<LocalAnswer>;

/** The local internet with control over each host: counts the artefact's calls, and makes hosts fail. */
export class Internet {
  readonly calls: OutboundCall[] = [];
  /** Interceptions by host, the outermost last. */
  private readonly interceptions = new Map<string, Interception[]>();
  /** Of all its entrances. */
  private servers: readonly { closeAllConnections(): void }[] = [];

  constructor(private readonly secrets: Secrets) {}

  /** Code that starts a local internet meanwhile gets this one. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const start = LocalTls.start;
    const spy = jest.spyOn(LocalTls, "start").mockImplementation(async (hosts) => {
      const tls = await start(new Map([...hosts].map(([host, real]) => [host, this.before(host, real)])));
      this.servers = (tls as unknown as { servers: readonly { closeAllConnections(): void }[] }).servers;
      return tls;
    });
    try {
      return await work();
    } finally {
      spy.mockRestore();
    }
  }

  /** Intercepts a host until `restore`, or until the returned function is called. */
  intercept(host: string, interception: Interception): () => void {
    const layers = this.interceptions.get(host) ?? [];
    this.interceptions.set(host, [...layers, interception]);
    return () => this.interceptions.set(host, layers);
  }

  /** Removes all interceptions. */
  restore(): void {
    this.interceptions.clear();
  }

  /** The hosts that the artefact called since the last time, in order. */
  take(): readonly string[] {
    return this.calls.splice(0).map(({ host }) => host);
  }

  /** An interception that hangs up on the caller. */
  readonly hangUp: Interception = () => {
    for (const server of this.servers) server.closeAllConnections();
    return SILENCE;
  };

  private before(host: string, real: LocalHost): LocalHost {
    return async (request) => {
      // The gateway calls the services; the artefact never does.
      if (!host.endsWith(".run.app")) this.calls.push({ host, request });
      const layers = this.interceptions.get(host) ?? [];
      const answer = await layers.reduce<LocalHost>((behind, layer) => (next) => layer(next, behind), real)(request);
      this.secrets.noteExchange(request, answer);
      return answer;
    };
  }
}

const SILENCE = new Promise<never>(() => {});

export function answering(status: number, body = "", headers: Record<string, string> = {}): Interception {
  return async () => ({ status, headers, body });
}

/** Applies to the first call only; the next handler answers all later calls. */
export function first(once: Interception): Interception {
  let used = false;
  return (request, behind) => {
    if (used) return behind(request);
    used = true;
    return once(request, behind);
  };
}
