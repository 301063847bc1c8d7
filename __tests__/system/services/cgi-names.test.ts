import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePorts, listenOnLoopback } from "../../../packages/local-front-door/net/loopback";
import { keepFolder } from "../../../packages/local-front-door/processes/python-venv.cjs";
import { ProjectCopy } from "../../support/command";
import { describeWhere } from "../../support/describe-where";
import { LocalCommand } from "../../support/local-command";
import { BUILD_FOLDER } from "../../support/places";

/** A server from Python's package index: package, version, and the command that starts it on a port of 127.0.0.1. */
interface Server {
  readonly package: string;
  readonly start: (port: number) => readonly string[];
  /** The forged headers that it believes without the gateway. */
  readonly believes: { readonly path: boolean; readonly caller: boolean };
}

const GUNICORN = (port: number) => ["-m", "gunicorn", "--bind", `127.0.0.1:${port}`, "--workers", "1", "echo_app:app"];
const WAITRESS = (port: number) => ["-m", "waitress", `--listen=127.0.0.1:${port}`, "echo_app:app"];
const UWSGI = (port: number) => [
  "-c",
  `import pyuwsgi; pyuwsgi.run(["--http-socket", "127.0.0.1:${port}", "--module", "echo_app:app", "--need-app", "--die-on-term"])`,
];

/** Real servers that turn headers into CGI variables: the last gunicorn that believes every caller's `SCRIPT_NAME`, and others. */
const SERVERS: readonly Server[] = [
  { package: "gunicorn==21.2.0", start: GUNICORN, believes: { path: true, caller: true } },
  // It believes `SCRIPT_NAME` of callers at 127.0.0.1 (`forwarder_headers`), which is where these calls come from.
  { package: "gunicorn==23.0.0", start: GUNICORN, believes: { path: true, caller: false } },
  { package: "pyuwsgi==2.0.30", start: UWSGI, believes: { path: false, caller: true } },
  { package: "waitress==3.0.2", start: WAITRESS, believes: { path: false, caller: false } },
];

/** An app that answers with the variables by which a framework routes and decides. */
const APP = `
import json, os
NAMES = ["SCRIPT_NAME", "PATH_INFO", "HTTP_X_CALLER_SUBJECT", "HTTP_X_CALLER_SCOPES", "HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_GATEWAY_ROUTE"]
def app(environ, start_response):
    start_response("200 OK", [("content-type", "application/json")])
    return [json.dumps({"server": os.environ["SERVED_BY"], **{name: environ.get(name) for name in NAMES}}).encode()]
`;

const FORGED = {
  PATH_INFO: "/orders/export",
  SCRIPT_NAME: "/images",
  X_Caller_Subject: "mallory",
  "X-Caller_Scopes": "orders/write",
  X_HTTP_METHOD_OVERRIDE: "DELETE",
  "X_Gateway-Route": "GET /orders",
};

/** Packages in one folder. Two versions of one package need two folders. */
const FOLDERS = [["gunicorn==21.2.0"], ["gunicorn==23.0.0", "pyuwsgi==2.0.30", "waitress==3.0.2"]];

/** Returns the folder of these packages; undefined without Python, or if they cannot be installed. */
function installed(names: readonly string[]): string | undefined {
  const folder = join(BUILD_FOLDER, names.join("-").replaceAll("==", "-"));
  if (existsSync(folder)) return folder;
  const draft = join(BUILD_FOLDER, `draft-cgi-server-${process.pid}`);
  mkdirSync(draft, { recursive: true });
  const pip = ["-m", "pip", "install", "--quiet", "--only-binary=:all:", "--target", draft, ...names];
  const { status } = spawnSync("python3", pip, { stdio: "ignore" });
  if (status === 0) keepFolder(draft, folder, basename(folder));
  else rmSync(draft, { recursive: true, force: true });
  return status === 0 ? folder : undefined;
}

/** By package, the folder that it is in. */
const folders = new Map(FOLDERS.flatMap((names) => names.map((name) => [name, installed(names)] as const)));
const lacking = SERVERS.map((server) => server.package).filter((name) => folders.get(name) === undefined);
const missing = lacking.length === 0 ? undefined : `${lacking.join(", ")} cannot be installed here`;

describeWhere(missing, "behind the door, a server that makes CGI variables of headers", () => {
  const project = new ProjectCopy("linked");
  const running: ChildProcess[] = [];
  /** By package, the port of each server. */
  const ports = new Map<string, number>();
  /** The address of the service for the front door: each server in turn. */
  let current = 0;
  /** Those that lead to the server before. */
  const connections = new Set<Socket>();
  const switchboard = createServer((socket) => {
    connections.add(socket.on("close", () => connections.delete(socket)));
    const onward = connect(current, "127.0.0.1");
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on("error", () => end.destroy());
  });

  beforeAll(async () => {
    writeFileSync(join(project.folder, "echo_app.py"), APP);
    const free = await freePorts(SERVERS.length);
    await Promise.all(
      SERVERS.map(async (server, index) => {
        const port = free[index] ?? 0;
        const env = { ...process.env, PYTHONPATH: folders.get(server.package), SERVED_BY: server.package };
        running.push(spawn("python3", server.start(port), { cwd: project.folder, env, stdio: "ignore" }));
        ports.set(server.package, port);
        await untilAnswered(port);
      }),
    );
    await listenOnLoopback(switchboard);
  });

  afterAll(async () => {
    await LocalCommand.closeAll();
    const ended = running.map((server) => new Promise((resolve) => server.once("exit", resolve)));
    for (const server of running) server.kill("SIGTERM");
    await Promise.all(ended);
    switchboard.close();
    project.remove();
  });

  const seen = async (url: string) =>
    (await (await fetch(url, { headers: { ...FORGED, connection: "close" } })).json()) as Record<string, string>;

  /**
   * Returns what this server receives. The front door may notice late that its connection to the previous server has
   * ended.
   */
  async function servedBy(name: string, url: string): Promise<Record<string, string>> {
    for (;;) {
      const { server, ...answer } = await seen(url);
      if (server === name) return answer;
      await delay(20);
    }
  }

  /** Returns what each server receives through a front door, by package. */
  async function throughTheDoor(): Promise<Readonly<Record<string, Record<string, string>>>> {
    const { port } = switchboard.address() as AddressInfo;
    const door = new LocalCommand(project, "dev", "--service", `catalog=:${port}`);
    const [, url = ""] = await door.prints(/^dev: (http:\/\/127\.0\.0\.1:\d+\S*) /m);
    const answers: Record<string, Record<string, string>> = {};
    for (const [name, port] of ports) {
      current = port;
      for (const connection of connections) connection.destroy();
      answers[name] = await servedBy(name, `${url}/images/a`);
    }
    expect(await door.close()).toBe(130);
    return answers;
  }

  test.each(SERVERS)(
    "$package believes the expected headers without the gateway, so the tests below prove something",
    async (server) => {
      const past = await seen(`http://127.0.0.1:${ports.get(server.package)}/images/a`);
      const believes = { path: past.SCRIPT_NAME === "/images", caller: past.HTTP_X_CALLER_SUBJECT === "mallory" };
      expect(believes).toEqual(server.believes);
    },
  );

  test("each believes only the gateway's headers, behind an HTTP API", async () => {
    const expected = {
      HTTP_X_CALLER_SCOPES: "-",
      HTTP_X_CALLER_SUBJECT: "anonymous",
      HTTP_X_GATEWAY_ROUTE: "GET /images/{path+}",
      HTTP_X_HTTP_METHOD_OVERRIDE: null,
      PATH_INFO: "/images/a",
      SCRIPT_NAME: "",
    };
    expect(await throughTheDoor()).toEqual(Object.fromEntries(SERVERS.map((server) => [server.package, expected])));
  });

  test("each serves the authorized path, behind a REST API", async () => {
    project.edit("dev.yaml", /^(?: {2}ownsAccount: false\n)?google:\n/m, "  ownsAccount: false\ngoogle:\n");
    project.edit("dev.yaml", /^gateway:\n(?: {2}kind: rest\n)?/m, "gateway:\n  kind: rest\n");
    expect(project.run(["synth", "dev"]).code).toBe(0);
    const paths = Object.values(await throughTheDoor()).map(({ SCRIPT_NAME, PATH_INFO }) => [SCRIPT_NAME, PATH_INFO]);
    expect(paths).toEqual(SERVERS.map(() => ["", "/images/a"]));
  });
});

/** Waits until a starting server accepts connections. */
async function untilAnswered(port: number): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (isUp) return;
    await delay(100);
  }
  throw new Error(`no server listens on ${port}`);
}
