import type { Intent } from "../../intent/model/intent";
import { snake } from "../../intent/model/names";
import type { Clouds } from "../../packages/local-front-door/clouds";
import { firstFreeFrom } from "../../packages/local-front-door/net/loopback";
import { usageError } from "../process/command-error";
import { readConfig } from "../synthesis/intents";
import { type DoorProps, LocalDoor, type OpenDoor, PORTS } from "./door";
import { OneAddress, type Side } from "./one-address";

interface TwinDoor extends Side {
  readonly environment: string;
  readonly door: LocalDoor;
}

/** An environment and its twin on this machine, behind one address. */
export class TwinDoors {
  private readonly doors: readonly [primary: TwinDoor, twin: TwinDoor];
  private readonly address: OneAddress;
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
      const door = new LocalDoor({ ...props, ...more, environment, port: 0 });
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
    // In turn: the twin needs the primary's issuers.
    const opened: OpenDoor[] = [];
    for (const { door } of this.doors) opened.push(await door.open());
    this.opened = opened;
    if (this.url === "") {
      const port = this.props.port ?? (this.props.forPeople ? firstFreeFrom(PORTS.gateway) : 0);
      this.url = `http://127.0.0.1:${await this.address.listen(port)}`;
    }
    return this.answering.open;
  }

  /** The environment that answers now, behind the one address, for callers with tokens of the primary. */
  get answering(): { readonly environment: string; readonly open: OpenDoor } {
    const at = this.doors.findIndex((each) => each.region === this.address.answering.region);
    const [{ environment }, open] = [this.doors[at] as TwinDoor, this.opened[at] as OpenDoor];
    const { callers } = this.running;
    return { environment, open: { ...open, clouds: { ...open.clouds, callers, url: this.url } } };
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
