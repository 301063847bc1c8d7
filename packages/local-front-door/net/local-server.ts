import { createServer, type IncomingMessage, type Server } from "node:http";
import {
  BodyTooLarge,
  headOf,
  type LocalAnswer,
  type LocalHost,
  readRequest,
  TOO_LARGE,
  writeAnswer,
} from "./local-http";
import { listenForCallers, type PortChoice, stopListening } from "./loopback";

/** A foreign page must not reach this machine under its own host name (DNS rebinding). */
const LOCAL_NAMES = ["127.0.0.1", "localhost"];

/** Longest body of a form, or of a program's request, in bytes. */
const FORM_BYTES = 100_000;

/** A plain http server on 127.0.0.1. */
export class LocalServer {
  private server: Server | undefined;

  /** @param mostBodyBytes a longer body is answered with 413 */
  constructor(
    private readonly handle: LocalHost,
    private readonly mostBodyBytes = FORM_BYTES,
  ) {}

  async start(port: PortChoice): Promise<string> {
    const server = createServer((incoming, outgoing) => {
      this.answer(incoming).then((answer) => writeAnswer(outgoing, answer));
    });
    const taken = await listenForCallers(server, port);
    this.server = server;
    return `http://127.0.0.1:${taken}`;
  }

  async stop(): Promise<void> {
    if (this.server !== undefined) await stopListening(this.server);
    this.server = undefined;
  }

  /** The host name comes first: nothing that a foreign page sends is read. */
  private async answer(incoming: IncomingMessage): Promise<LocalAnswer> {
    if (!LOCAL_NAMES.includes(headOf(incoming).host)) {
      incoming.resume();
      return { status: 421, body: "not a name of this machine\n" };
    }
    try {
      return await this.handle(await readRequest(incoming, this.mostBodyBytes));
    } catch (error) {
      return error instanceof BodyTooLarge
        ? TOO_LARGE
        : { status: 500, body: `the stand-in failed: ${(error as Error).message}\n` };
    }
  }
}
