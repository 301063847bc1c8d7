import { inWords, servedBy } from "./deployed/answer";
import { type Clock, NoAnswer } from "./deployed/outside";
import type { ProbeRoute } from "./deployed/routes";
import { callableRoute, type FrontDoor, get } from "./probes/probe";
import type { Sender } from "./sender";

/** How long the smoke test waits for IAM, in seconds. Google states minutes; more is rare. */
export const SMOKE_SECONDS = 300;

/** Pause between two rounds, in seconds. */
export const SMOKE_PAUSE_SECONDS = 10;

export interface SmokeResult {
  /** Services that did not answer in time, each with its last answer. */
  readonly failed: readonly string[];
  /** Services that this run may not call at all. */
  readonly untried: readonly string[];
  readonly tried: number;
}

/** One route for each service, because permissions take effect for each service separately. */
export function smokeRoutes(door: FrontDoor): readonly ProbeRoute[] {
  return Object.keys(door.deployment.services)
    .map((service) => callableRoute(door, (route) => route.service === service))
    .filter((route) => route !== undefined);
}

/**
 * Calls one route of each service until the service itself answers, with anything but a 5xx. After a first deploy, the
 * authorizer may not be able to mint yet (500) and Cloud Run may not know its invoker (403). No round begins later than
 * `SMOKE_SECONDS` after the first.
 */
export async function smoke(
  door: FrontDoor,
  sender: Sender,
  clock: Clock,
  print: (line: string) => void,
): Promise<SmokeResult> {
  const end = clock.now() + SMOKE_SECONDS * 1000;
  const routes = smokeRoutes(door);
  const untried = Object.keys(door.deployment.services).filter((id) => routes.every(({ service }) => service !== id));
  let waiting = routes;
  for (;;) {
    const said = new Map<ProbeRoute, string>();
    for (const route of waiting) {
      const { good, words } = await call(route, sender);
      if (good) print(`smoke: ${route.service} answers (${route.key}: ${words})`);
      else said.set(route, `${route.service}: ${route.key}: ${words}`);
    }
    waiting = [...said.keys()];
    const left = Math.floor((end - clock.now()) / 1000);
    if (waiting.length === 0 || left < SMOKE_PAUSE_SECONDS)
      return { failed: [...said.values()], untried, tried: routes.length };
    for (const words of said.values())
      print(`smoke: ${words}; again in ${SMOKE_PAUSE_SECONDS} s, for ${left} s at most`);
    await clock.sleep(SMOKE_PAUSE_SECONDS * 1000);
  }
}

async function call(route: ProbeRoute, sender: Sender): Promise<{ good: boolean; words: string }> {
  try {
    const answer = await sender.send(get(route));
    return { good: servedBy(answer) && answer.status < 500, words: inWords(answer) };
  } catch (error) {
    if (error instanceof NoAnswer) return { good: false, words: error.message };
    throw error;
  }
}
