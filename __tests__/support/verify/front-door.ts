import { createServer, type RequestListener, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { httpsClient } from "../../../cli/verify/deployed/https-client";
import type { HttpClient } from "../../../cli/verify/deployed/outside";
import { fakeRun } from "./fake-run";
import type { Faults } from "./faults";
import { FakeGateway } from "./gateway";
import { POLICY } from "./policy";

/** A gateway and two Cloud Run services on 127.0.0.1 that behave as the design expects, with selectable faults. */
export class FakeFrontDoor {
  /** Everything that reached the gateway: `GET /orders`. */
  readonly received: string[] = [];
  private readonly servers = new Map<string, Server>();

  constructor(private readonly faults: Faults = {}) {}

  async start(): Promise<void> {
    const gateway = new FakeGateway(this.faults, (service) => this.portOf(`${service}.run.example`));
    await this.listen("api.test.example", (incoming, outgoing) => {
      this.received.push(`${incoming.method} ${incoming.url}`);
      gateway.handle(incoming, outgoing);
    });
    for (const service of Object.keys(POLICY.services)) {
      await this.listen(`${service}.run.example`, fakeRun(service, this.faults));
    }
  }

  async stop(): Promise<void> {
    for (const server of this.servers.values()) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  /** The program's own client, with these servers as the internet. */
  readonly client: HttpClient = httpsClient((options, answered) =>
    request(
      { ...options, protocol: "http:", hostname: "127.0.0.1", port: this.portOf(String(options.hostname)) },
      answered,
    ),
  );

  private portOf(host: string): number {
    const server = this.servers.get(host);
    if (server === undefined) throw new Error(`nothing on this internet is called ${host}`);
    return (server.address() as AddressInfo).port;
  }

  private async listen(host: string, handle: RequestListener): Promise<void> {
    const server = createServer(handle);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.servers.set(host, server);
  }
}
