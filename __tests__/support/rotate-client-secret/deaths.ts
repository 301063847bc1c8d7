import type { CognitoClient } from "./cognito-client";
import { FIRST_SECRET, secretIn } from "./environment";

/** The function's process dies at this call, before or after the called service has carried it out. */
export interface Death {
  readonly call: number;
  readonly when: "before" | "after";
}

/** What happens after a rotation died: Secrets Manager retries it, or another rotation is started. */
export type Recovery = "same" | "new";

type Label = "AWSCURRENT" | "AWSPREVIOUS" | "FIRST";

/** One client whose secret is rotated by a function that may die. */
export interface DyingScene {
  readonly cognito: Pick<CognitoClient, "opens" | "count">;
  /** Starts a rotation; its token. */
  begin(): string | Promise<string>;
  /** Runs the four steps until one fails. Returns undefined if the rotation succeeded, otherwise the reason. */
  attempt(token: string, death?: Death): Promise<string | undefined>;
  /** A version's text; undefined where there is none. */
  text(label: Label): string | undefined | Promise<string | undefined>;
}

/** Before and after each call. */
export function everyDeath(calls: readonly string[]): readonly Death[] {
  return calls.flatMap((_, call): Death[] => [
    { call, when: "before" },
    { call, when: "after" },
  ]);
}

/** One death for each state that a rotation leaves behind: before its first change, and after each. */
export function deathsAtChanges(calls: readonly string[]): readonly Death[] {
  const changes = [...calls.keys()].filter((call) => !/^(Describe|Get|List|token$)/.test(calls[call] ?? ""));
  const [first] = changes;
  if (first === undefined) return [];
  return [{ call: first, when: "before" }, ...changes.map((call): Death => ({ call, when: "after" }))];
}

/** Returns what callers lose if a rotation dies once and is recovered in this way. */
export async function faultsAfterDeath(scene: DyingScene, death: Death, recovery: Recovery): Promise<string[]> {
  const watch = new Watch(scene);
  const before = await watch.read();
  const token = await scene.begin();
  await watch.dies(token, death);
  const read = await watch.read();
  watch.opens({ before, read });
  await watch.endsWell(recovery === "same" ? token : await scene.begin());
  const current = await watch.read();
  watch.opens({ read, current, previous: await watch.read("AWSPREVIOUS") });
  watch.is(current !== before, "AWSCURRENT is what it was");
  watch.is((await watch.read("FIRST")) === FIRST_SECRET, "the first version has lost its label");
  return watch.faults;
}

/** The same for two deaths in a row; `recoveries` are those after the first and after the second death. */
export async function faultsAfterTwoDeaths(
  scene: DyingScene,
  deaths: readonly [Death, Death],
  recoveries: readonly [Recovery, Recovery],
): Promise<string[]> {
  const watch = new Watch(scene);
  let token = await scene.begin();
  await scene.attempt(token, deaths[0]);
  if (recoveries[0] === "new") token = await scene.begin();
  const between = await watch.read();
  // The second death may not occur, if the rotation had little left to do.
  await scene.attempt(token, deaths[1]);
  const read = await watch.read();
  watch.opens({ between, read });
  if (recoveries[1] === "new") token = await scene.begin();
  await watch.endsWell(token);
  watch.opens({ read, current: await watch.read(), previous: await watch.read("AWSPREVIOUS") });
  return watch.faults;
}

/** Returns what callers lose in the three rotations after one that died. */
export async function faultsOfNextRotations(scene: DyingScene, death: Death): Promise<string[]> {
  const watch = new Watch(scene);
  await watch.dies(await scene.begin(), death);
  for (let turn = 1; turn <= 3; turn += 1) {
    const read = await watch.read();
    await watch.endsWell(await scene.begin());
    watch.opens({ read, current: await watch.read() });
  }
  return watch.faults;
}

/** Records what callers rely on and do not find. */
class Watch {
  readonly faults: string[] = [];

  constructor(private readonly scene: DyingScene) {}

  async read(label: Label = "AWSCURRENT"): Promise<string> {
    return secretIn(await this.scene.text(label));
  }

  async dies(token: string, death: Death): Promise<void> {
    this.is((await this.scene.attempt(token, death)) !== undefined, "it did not die");
  }

  async endsWell(token: string): Promise<void> {
    const error = await this.scene.attempt(token);
    this.is(error === undefined, `it did not end well: ${error}`);
  }

  opens(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) this.is(this.scene.cognito.opens(value), `${name} is refused`);
    this.is(this.scene.cognito.count <= 2, "Cognito has a third secret");
  }

  is(holds: boolean, fault: string): void {
    if (!holds) this.faults.push(fault);
  }
}
