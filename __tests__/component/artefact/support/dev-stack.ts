import type { Clouds } from "../../../../packages/local-front-door/clouds";
import type { Change } from "../../../support/local/document";
import { SynthesizedEnvironments } from "../../../support/local/environments";

/** The stack of `dev` with the zip that it references, as both are deployed. */
export class DevStack {
  private readonly environments = new SynthesizedEnvironments(["dev"]);
  private readonly started: Clouds[] = [];

  /** Both clouds of this stack, or of one that differs in these declarations and runs the same zip. */
  async start(...changes: readonly Change[]): Promise<Clouds> {
    const clouds = await this.environments.startWith("dev", {}, ...changes);
    this.started.push(clouds);
    return clouds;
  }

  /** Stops everything that was started from it. */
  async stop(): Promise<void> {
    for (const clouds of this.started.splice(0)) await clouds.stop();
  }

  async remove(): Promise<void> {
    await this.stop();
    this.environments.remove();
  }
}
