import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that the app received. */
export interface Echo {
  readonly method: string;
  readonly target: string;
  /** Names as they came, lower case from Envoy; a repeated one twice. */
  readonly headers: readonly (readonly [string, string])[];
}

/** The service behind Envoy: responds with 200 and the request, and records the request. */
export class EchoApp {
  readonly received: Echo[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<EchoApp> {
    const server = createServer();
    const app = new EchoApp(server);
    server.on("request", (incoming: IncomingMessage, outgoing) => {
      const echo = echoOf(incoming);
      app.received.push(echo);
      incoming.resume().on("end", () => outgoing.end(JSON.stringify(echo)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return app;
  }

  get address(): { readonly address: string; readonly port: number } {
    return { address: "127.0.0.1", port: (this.server.address() as AddressInfo).port };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function echoOf({ method = "", url = "", rawHeaders }: IncomingMessage): Echo {
  const headers: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  }
  return { method, target: url, headers };
}
