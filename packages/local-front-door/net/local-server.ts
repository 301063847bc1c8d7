import { createServer, type Server } from "node:http";
import { type LocalHost, readRequest, writeAnswer } from "./local-http";
import { listenForCallers, type PortChoice, stopListening } from "./loopback";

/** A foreign page must not reach this machine under its own host name (DNS rebinding). */
const LOCAL_NAMES = ["127.0.0.1", "localhost"];

/** A plain http server on 127.0.0.1. */
export class LocalServer {
  private server: Server | undefined;

  constructor(private readonly handle: LocalHost) {}

  async start(port: PortChoice): Promise<string> {
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
    const taken = await listenForCallers(server, port);
    this.server = server;
    return `http://127.0.0.1:${taken}`;
  }

  async stop(): Promise<void> {
    if (this.server !== undefined) await stopListening(this.server);
    this.server = undefined;
  }
}
