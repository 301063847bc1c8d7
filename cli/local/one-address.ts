import { connect, createServer, type Socket } from "node:net";
import { listenOnLoopback, type PortChoice } from "../../packages/local-front-door/net/loopback";

/** A front door that may be away. */
export interface Side {
  /** Its AWS region. */
  readonly region: string;
  /** Port of its gateway on 127.0.0.1, which may change. */
  readonly port: () => number;
}

/** One address for several front doors: a connection goes to the first that is not away, as DNS would lead it. */
export class OneAddress {
  private away: string | undefined;
  private readonly connections = new Map<Socket, Side>();
  private readonly server = createServer((socket) => this.forward(socket));

  constructor(private readonly sides: readonly Side[]) {}

  listen(port: PortChoice): Promise<number> {
    return listenOnLoopback(this.server, port);
  }

  /** The front door of new connections. */
  get answering(): Side {
    return this.sides.find(({ region }) => region !== this.away) as Side;
  }

  /** Takes a region away: its connections end, with the calls in flight. Undefined: none is away. */
  fail(region: string | undefined): void {
    this.away = region;
    for (const [socket, side] of this.connections) if (side.region === region) socket.destroy();
  }

  close(): void {
    this.server.close();
    for (const socket of this.connections.keys()) socket.destroy();
  }

  private forward(socket: Socket): void {
    const side = this.answering;
    const other = connect(side.port(), "127.0.0.1");
    this.connections.set(socket, side);
    socket.pipe(other).pipe(socket);
    for (const each of [socket, other]) {
      each.on("error", () => each.destroy());
      each.on("close", () => {
        this.connections.delete(socket);
        socket.destroy();
        other.destroy();
      });
    }
  }
}
