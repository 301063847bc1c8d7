import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { ROOT } from "../../../support/places";

/** Apart from the packages of the repository, because only this test needs them. */
const HOME = join(ROOT, "scripts", "release", "registry");
const VERDACCIO = join(HOME, "node_modules", "verdaccio", "bin", "verdaccio");
/** How long it may take to start, in milliseconds. */
const START_MS = 30_000;

/** Why no registry can run here; undefined if it can. Installs its packages once. */
export function registryObstacle(): string | undefined {
  if (existsSync(VERDACCIO)) return undefined;
  process.stderr.write("installing a package registry for the test of a release, once\n");
  const { status, stderr } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: HOME, encoding: "utf8" });
  return status === 0 ? undefined : `the package registry cannot be installed: ${stderr.trim().split("\n")[0]}`;
}

/**
 * A package registry on this machine: anyone may publish the packages of this project, and it fetches all others from the
 * registry of this machine.
 */
export class Registry {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** @param folder for its packages. It does not exist yet */
  static async started(folder: string): Promise<Registry> {
    mkdirSync(folder);
    const upstream = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
    const all = { access: "$all" };
    const settings = {
      storage: join(folder, "storage"),
      uplinks: { upstream: { url: upstream } },
      packages: {
        "{cloud-front-door,local-front-door,terraform-access-review}": { ...all, publish: "$all" },
        "**": { ...all, proxy: "upstream" },
      },
      log: { type: "stdout", format: "json", level: "fatal" },
      web: { enable: false },
    };
    // YAML includes JSON.
    writeFileSync(join(folder, "config.yaml"), JSON.stringify(settings));
    const port = await freePort();
    const args = [VERDACCIO, "--config", join(folder, "config.yaml"), "--listen", `127.0.0.1:${port}`];
    const child = spawn(process.execPath, args, { stdio: "ignore" });
    const registry = new Registry(`http://127.0.0.1:${port}/`, child);
    for (const since = Date.now(); !(await registry.answers()); ) {
      if (child.exitCode !== null || Date.now() - since > START_MS) {
        child.kill();
        throw new Error(`the package registry did not start: ${child.exitCode ?? "no answer"}`);
      }
      await new Promise((done) => setTimeout(done, 100));
    }
    return registry;
  }

  /** Options of npm with which anyone publishes here. */
  get publishing(): readonly string[] {
    return [`--registry=${this.url}`, `--${this.url.replace("http:", "")}:_authToken=anyone`];
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.child.once("exit", done));
    this.child.kill();
    await ended;
  }

  private answers(): Promise<boolean> {
    return fetch(`${this.url}-/ping`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
