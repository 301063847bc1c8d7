import type { FrontDoor } from "../../stacks/front-door";
import { CommandError, EXIT } from "../process/command-error";

type Module = { readonly default?: unknown };

let load: () => Module = () => ({ default: {} });

/** Takes how `cli/bundle/compiled.cjs` loads the project's `main.ts`. */
export function useMain(given: () => Module): void {
  load = given;
}

function loaded(): Module {
  try {
    return load();
  } catch (error) {
    const { code, errors } = error as { readonly code?: string; readonly errors?: readonly unknown[] };
    if (code === "NO_MAIN") {
      throw new CommandError("main.ts: there is none\n    write one with: export default frontDoor();", EXIT.failed);
    }
    // esbuild has printed each error, with file and line.
    if (Array.isArray(errors)) throw new CommandError("main.ts: it cannot be bundled, see above", EXIT.failed);
    throw error;
  }
}

/**
 * What the project's `main.ts` adds to each environment.
 *
 * @throws CommandError where its default export is no front door
 */
export function readMain(): FrontDoor {
  const found = loaded().default;
  if (typeof found === "object" && found !== null) return found as FrontDoor;
  throw new CommandError(
    `main.ts: got ${found === undefined ? "no default export" : `a default export of type ${typeof found}`}, ` +
      "expected a front door\n    write: export default frontDoor();",
    EXIT.failed,
  );
}
