import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type LocalHost, readRequest, writeAnswer } from "./local-http";

/** A page from elsewhere must not talk to this machine by a name of its own (DNS rebinding). */
const LOCAL_NAMES = ["127.0.0.1", "localhost"];

/** A plain http server on 127.0.0.1. */
export class LocalServer {
  private server: Server | undefined;

  constructor(private readonly handle: LocalHost) {}

  /** @param port 0 for a free one */
  async start(port: number): Promise<string> {
    const server = createServer((incoming, outgoing) => {
      readRequest(incoming)
        .then((request) =>
          LOCAL_NAMES.includes(request.host)
            ? this.handle(request)
            : { status: 421, body: "not a name of this machine\n" },
        )
        .catch((error: Error) => ({ status: 500, body: `the stand-in failed: ${error.message}\n` }))
        .then((answer) => writeAnswer(outgoing, answer));
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
    this.server = server;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
    this.server = undefined;
  }
}
