import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type LocalHost, readRequest, writeAnswer } from "../local-http";

/** A service as Envoy meets it: plain http on a port of 127.0.0.1, under whatever name it is called by. */
export class AppServer {
  private constructor(private readonly server: Server) {}

  static async start(answer: LocalHost): Promise<AppServer> {
    const server = createServer((incoming, outgoing) => {
      readRequest(incoming)
        .then(answer)
        .catch((error: Error) => ({ status: 500, body: `the stand-in failed: ${error.message}\n` }))
        .then((given) => writeAnswer(outgoing, given));
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    return new AppServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
