import { connect, createServer, type Socket } from "node:net";
import type { Intent } from "../../intent/model/intent";
import { snake } from "../../intent/model/names";
import type { Clouds } from "../../packages/local-front-door/clouds";
import { LocalNames } from "../../packages/local-front-door/net/local-names";
import { firstFreeFrom, listenOnLoopback, type PortChoice } from "../../packages/local-front-door/net/loopback";
import { usageError } from "../process/command-error";
import { readConfig } from "../synthesis/intents";
import { type DoorProps, LocalDoor, type OpenDoor, PORTS, requireFree } from "./door";

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

interface TwinDoor extends Side {
  readonly environment: string;
  readonly door: LocalDoor;
}

/** An environment and its twin on this machine, behind one address. */
export class TwinDoors {
  private readonly doors: readonly [primary: TwinDoor, twin: TwinDoor];
  private readonly address: OneAddress;
  private readonly names = new LocalNames();
  private opened: readonly OpenDoor[] = [];
  private url = "";

  /** @throws CommandError for an environment that has no twin */
  constructor(private readonly props: DoorProps) {
    const { intents } = readConfig();
    const twin = intents.find(
      (each) => each.twinOf !== undefined && [each.environment, each.twinOf].includes(props.environment),
    );
    const primary = intents.find(({ environment }) => environment === twin?.twinOf);
    if (twin === undefined || primary === undefined) {
      throw usageError(`--twin: ${props.environment} has no twin`, "docs/how-to/two-regions.md says how to write one");
    }
    const doorOf = ({ environment, aws: { region } }: Intent, more: Partial<DoorProps>): TwinDoor => {
      const door = new LocalDoor({ ...props, ...more, environment, port: 0, names: this.names });
      return { environment, region, door, port: () => Number(new URL(door.running.url).port) };
    };
    const first = doorOf(primary, { known: sharedIds(twin) });
    const signers = () => new Map([...first.door.running.issuers.values()].map((each) => [each.declaration.url, each]));
    this.doors = [first, doorOf(twin, { signers, forPeople: false })];
    this.address = new OneAddress(this.doors);
  }

  get regions(): readonly string[] {
    return this.doors.map(({ region }) => region);
  }

  get running(): Clouds {
    return { ...this.doors[0].door.running, url: this.url };
  }

  async open(): Promise<OpenDoor> {
    const port = this.props.port ?? (this.props.forPeople ? firstFreeFrom(PORTS.gateway) : 0);
    if (this.url === "") await requireFree(port);
    // In turn: the twin needs the primary's issuers.
    const opened: OpenDoor[] = [];
    for (const { door } of this.doors) opened.push(await door.open());
    this.opened = opened;
    if (this.url === "") this.url = `http://127.0.0.1:${await this.address.listen(port)}`;
    for (const { clouds } of opened) {
      const { deployedUrl } = clouds.gateway;
      if (deployedUrl !== undefined) this.names.set(deployedUrl, this.url);
    }
    return this.answering.open;
  }

  /** The environment that answers now, behind the one address, for callers with tokens of the primary. */
  get answering(): { readonly environment: string; readonly open: OpenDoor } {
    const at = this.doors.findIndex((each) => each.region === this.address.answering.region);
    const [{ environment }, open] = [this.doors[at] as TwinDoor, this.opened[at] as OpenDoor];
    // The page and the user pools belong to the primary, whichever of the two answers.
    const { callers, cognitoUrl, pageUrl, signedInUrl } = this.running;
    const clouds = { ...open.clouds, callers, cognitoUrl, pageUrl, signedInUrl, url: this.url };
    return { environment, open: { ...open, apiUrl: this.opened[0]?.apiUrl ?? "", clouds } };
  }

  /** @param region undefined: both are there */
  fail(region: string | undefined): void {
    if (region !== undefined && !this.regions.includes(region)) {
      throw usageError(`--fail ${region}: expected one of the two regions, ${this.regions.join(" or ")}`);
    }
    this.address.fail(region);
  }

  async close(graceMilliseconds: number): Promise<void> {
    this.address.close();
    for (const { door } of [...this.doors].reverse()) await door.close(graceMilliseconds);
  }
}

/** The ids of the primary's user pools and app clients that config of the twin has. */
function sharedIds({ issuers, clients }: Intent): ReadonlyMap<string, string> {
  const pools = issuers.flatMap((each) => ("pool" in each ? [["aws_cognito_user_pool", each.id, each.pool]] : []));
  const apps = clients.flatMap((each) =>
    "appClientId" in each ? [["aws_cognito_user_pool_client", each.key, each.appClientId]] : [],
  );
  return new Map([...pools, ...apps].map(([type, id = "", value = ""]) => [`${type}.${snake(id)}.id`, value]));
}
