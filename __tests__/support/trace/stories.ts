import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { placesOf } from "../../../intent/schema/places";
import type { CloudsProps } from "../../../packages/local-front-door/clouds";
import { json } from "../../../packages/local-front-door/net/local-http";
import { type Change, set } from "../local/document";
import { SynthesizedEnvironments } from "../local/environments";
import { ROOT } from "../places";
import { TracedDoor } from "./traced-door";

/** A failure that is provoked, and what `front-door trace` prints about it. */
export interface TracedStory {
  readonly name: string;
  /** The command, and what it printed. */
  readonly printed: string;
}

const PAGE = join(ROOT, "docs/how-to/debugging.md");
const CONFIG = join(ROOT, "__tests__/fixtures/shop/config");

interface Scenario {
  readonly name: string;
  readonly changes?: readonly Change[];
  readonly props?: Partial<CloudsProps>;
  /** Provokes the failure. @returns the arguments of `trace local`, or the request's id */
  readonly provoke: (door: TracedDoor) => Promise<readonly string[]>;
}

const tokenOf = async ({ clouds }: TracedDoor, name: string) => {
  const caller = clouds.callers.find((each) => each.name === name);
  return { authorization: `Bearer ${await caller?.token()}` };
};

const SERVICE = `${process.execPath} ${join(ROOT, "examples/log-the-id/service.mjs")}`;

const SCENARIOS: readonly Scenario[] = [
  {
    name: "scope",
    async provoke(door) {
      await door.call("/orders", await tokenOf(door, "customers/support-desk"));
      return ["--last-refused"];
    },
  },
  {
    name: "keys",
    async provoke(door) {
      const headers = await tokenOf(door, "workforce/0oa1example");
      await door.clouds.issuers.get("workforce")?.stop();
      await door.call("/accounts/me", headers);
      return ["--status", "500"];
    },
  },
  {
    name: "cold",
    changes: [set("aws_apigatewayv2_integration.catalog", { timeout_milliseconds: 200 })],
    props: {
      service: async () => {
        await new Promise((resolve) => setTimeout(resolve, 700));
        return json(200, {});
      },
    },
    async provoke(door) {
      const { story } = await door.call("/products");
      await new Promise((resolve) => setTimeout(resolve, 800));
      return [story.requestId ?? ""];
    },
  },
  {
    name: "replayed",
    async provoke(door) {
      const headers = await tokenOf(door, "customers/support-desk");
      await door.call("/orders", headers);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const { story } = await door.call("/orders", headers);
      return [story.requestId ?? ""];
    },
  },
  {
    name: "forged",
    props: {
      services: {
        choices: [{ id: "accounts", answeredBy: { command: SERVICE } }],
        secrets: new Map(),
        secretsFile: "",
        print: () => {},
      },
    },
    async provoke(door) {
      const forged = { "x-caller-client": "customers/web", "x-request-id": "an-id-of-the-caller" };
      const headers = { ...(await tokenOf(door, "customers/support-desk")), ...forged };
      const { story } = await door.call("/accounts/7", headers);
      // A service's line arrives after its answer.
      await new Promise((resolve) => setTimeout(resolve, 300));
      return [story.requestId ?? ""];
    },
  },
];

/** Opens a front door for each story, provokes the failure, and runs the command for it. */
export async function tracedStories(): Promise<readonly TracedStory[]> {
  const environments = new SynthesizedEnvironments(["dev"]);
  const stories: TracedStory[] = [];
  try {
    for (const { name, changes = [], props = {}, provoke } of SCENARIOS) {
      const open = (own: Partial<CloudsProps>) =>
        environments.startDoor("dev", { placeOf: placeOf(), ...props, ...own }, ...changes);
      const door = await TracedDoor.open(open);
      try {
        const args = await provoke(door);
        door.flush();
        stories.push({ name, printed: run(args, door.folder) });
      } finally {
        await door.close();
      }
    }
  } finally {
    environments.remove();
  }
  return stories;
}

function placeOf() {
  const places = placesOf(CONFIG, "dev");
  const services = places.keys(["services"]);
  return (route: string) => services.map((each) => places.at(["services", each, "routes", route])).find(Boolean);
}

function run(args: readonly string[], folder: string): string {
  const command = [join(ROOT, "cli/run.cjs"), "trace", "local", ...args, "--folder", folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(`trace ${args.join(" ")}: ${status}\n${stdout}\n${stderr}`);
  return `$ npm run -s trace -- local ${args.join(" ")}\n${stdout.trimEnd()}\n`;
}

/** Removes what differs from run to run: times, durations, ids, and remarks about gaps between lines. */
function normalised(text: string): string {
  return text
    .replace(/^ +\d+ ms without a line\n/gm, "")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z {2}\S+/g, "(time and id)")
    .replace(/^[\d:.]{12} +([+-])\d+ m?s +(?:\d+ ms)? */gm, "(time) $1 ")
    .replace(/\b\d+(\.\d+)? ms\b/g, "(duration)")
    .replace(/(request id|trace id) \S+?(?=,|$)/gm, "$1 (id)")
    .replace(/-- local \S+=$/gm, "-- local (id)")
    .replace(/-[a-z0-9]{10}-ew\.a\.run\.app/g, ".a.run.app");
}

/** The block of a page below the mark of a story. */
function blockOf(name: string): RegExp {
  return new RegExp(`(<!-- story: ${name} -->\n\`\`\`\n)[\\s\\S]*?(^\`\`\`$)`, "m");
}

/** Returns the page with these stories, and whether it already shows them, apart from what differs from run to run. */
export function pageWith(stories: readonly TracedStory[]) {
  const before = readFileSync(PAGE, "utf8");
  const shown = stories.map(({ name }) => {
    const [found, start = "", end = ""] = blockOf(name).exec(before) ?? [];
    if (found === undefined) throw new Error(`docs/how-to/debugging.md has no block marked story: ${name}`);
    return normalised(found.slice(start.length, found.length - end.length));
  });
  const after = stories.reduce(
    (text, { name, printed }) =>
      text.replace(blockOf(name), (_, start: string, end: string) => `${start}${printed}${end}`),
    before,
  );
  return { after, shown, now: stories.map(({ printed }) => normalised(printed)) };
}

export { PAGE };
