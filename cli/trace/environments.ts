import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type AuthorizerPolicy, POLICY_FILE } from "../../contract/policy-file";
import type { Intent } from "../../intent/model/intent";
import { placesOf as linesOf } from "../../intent/schema/places";
import { DOOR_FILES } from "../../packages/local-front-door/logs/local-logs";
import { routesInWords } from "../../packages/local-front-door/page/headline";
import { authorizerPolicy, policySource } from "../../stacks/authorizer-policy";
import { doorFileName, openDoors, readDoorFile } from "../local/door-file";
import { usageError } from "../process/command-error";
import { CONFIG, ROOT, SYNTHESIZED } from "../process/project";
import { committedStack } from "../process/synthesized";
import { readIntents, select } from "../synthesis/intents";
import { placesBy, routeLines } from "../synthesis/sources";
import { placesOf, type TracePlaces } from "./places";

/** The name of this machine's front door, in place of an environment. */
export const LOCAL = "local";

/** A deployed environment, from its committed files. */
export function deployedPlaces(environment: string): TracePlaces {
  return placesOf(environment, committedStack(environment, LOCAL), routesOf(environment));
}

/** The requirements of the routes. Empty if config is broken, because a person may be looking for that very failure. */
function routesOf(environment: string): TracePlaces["routes"] {
  const path = join(SYNTHESIZED, environment, POLICY_FILE);
  try {
    const policy: AuthorizerPolicy = existsSync(path)
      ? JSON.parse(readFileSync(path, "utf8"))
      : authorizerPolicy(intentOf(environment));
    return routesInWords(Object.keys(policy.routes), {
      ruleOf: (route) => policy.routes[route],
      callerOf: () => undefined,
      placeOf: routeLinesOf(environment),
    });
  } catch {
    return {};
  }
}

/** The lines of the routes. None if config is broken. */
function routeLinesOf(environment: string): (route: string) => string | undefined {
  try {
    const sources = new Map([[POLICY_FILE, policySource(intentOf(environment))]]);
    return routeLines(placesBy(sources, () => linesOf(CONFIG, environment)));
  } catch {
    return () => undefined;
  }
}

function intentOf(environment: string): Intent {
  return select(readIntents(), [environment])[0] as Intent;
}

export interface LocalPlaces {
  readonly places: TracePlaces;
  readonly folder: string;
}

/** The open front door of this machine, or a folder that one has written. */
export function localPlaces(folder: string | undefined): LocalPlaces {
  const found = folder ?? openFolder();
  const [stack, routes] = [join(found, DOOR_FILES.stack), join(found, DOOR_FILES.routes)];
  if (!existsSync(stack) || !existsSync(routes)) {
    throw usageError(`${found}: got no ${DOOR_FILES.stack}, expected a folder that a local front door has written`);
  }
  const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));
  return { folder: found, places: placesOf(LOCAL, read(stack), read(routes)) };
}

function openFolder(): string {
  const doors = openDoors().flatMap((environment) => {
    const folder = readDoorFile(environment)?.logs;
    return folder === undefined ? [] : [{ environment, folder }];
  });
  const [door, second] = doors;
  if (door === undefined) {
    throw usageError(
      `no front door is open here\n    open one in another terminal: npm run local -- <environment>\n` +
        "    or name the folder that one has written: --folder <folder>",
    );
  }
  if (second === undefined) return door.folder;
  const lines = doors.map((each) => `    ${doorFileName(each.environment)}: --folder ${relative(ROOT, each.folder)}`);
  throw usageError(`${doors.length} front doors are open here: name a folder\n${lines.join("\n")}`);
}
