import { createServer, type Server } from "node:http";
import { BodyTooLarge, type LocalHost, readRequest, TOO_LARGE, writeAnswer } from "../net/local-http";
import { listenOnLoopback, stopListening } from "../net/loopback";

/** A service as Envoy reaches it: plain http on a port of 127.0.0.1, for any host name. */
export class AppServer {
  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(answer: LocalHost): Promise<AppServer> {
    const server = createServer((incoming, outgoing) => {
      readRequest(incoming)
        .then(answer)
        .catch((error: Error) =>
          error instanceof BodyTooLarge ? TOO_LARGE : { status: 500, body: `the stand-in failed: ${error.message}\n` },
        )
        .then((given) => writeAnswer(outgoing, given));
    });
    return new AppServer(server, await listenOnLoopback(server));
  }

  stop(): Promise<void> {
    return stopListening(this.server);
  }
}
