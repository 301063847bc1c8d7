import { EchoApp } from "./echo-app";
import { Envoy, type EnvoyCall } from "./envoy";
import { Issuers } from "./issuers";

/** Envoy between issuers and an app, and everything that must be stopped afterwards. */
export class Stage {
  private constructor(
    readonly issuers: Issuers,
    readonly app: EchoApp,
    readonly envoy: Envoy,
  ) {}

  static async open(binary: string, configuration: string): Promise<Stage> {
    const issuers = await Issuers.start();
    const app = await EchoApp.start();
    const { addresses: hosts, authorities } = issuers;
    try {
      return new Stage(
        issuers,
        app,
        await Envoy.start(binary, configuration, { app: app.address, hosts, authorities }),
      );
    } catch (error) {
      await Promise.all([app.stop(), issuers.stop()]);
      throw error;
    }
  }

  send(call: EnvoyCall) {
    return this.envoy.send(call);
  }

  async close(): Promise<void> {
    await this.envoy.stop();
    await Promise.all([this.app.stop(), this.issuers.stop()]);
  }
}
