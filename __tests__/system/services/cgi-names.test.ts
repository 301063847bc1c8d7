import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProjectCopy } from "../../support/command";
import { describeWhere } from "../../support/describe-where";
import { LocalCommand } from "../../support/local-command";
import { BUILD_FOLDER } from "../../support/places";

/** Real servers that turn headers into CGI variables: the last gunicorn that believes `SCRIPT_NAME`, and a newer one. */
const VERSIONS = ["21.2.0", "23.0.0"];

/** Answers with the variables that a framework routes and decides by. */
const APP = `
import json
NAMES = ["SCRIPT_NAME", "PATH_INFO", "HTTP_X_CALLER_SUBJECT", "HTTP_X_CALLER_SCOPES", "HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_GATEWAY_ROUTE"]
def app(environ, start_response):
    start_response("200 OK", [("content-type", "application/json")])
    return [json.dumps({name: environ.get(name) for name in NAMES}).encode()]
`;

const FORGED = {
  PATH_INFO: "/orders/export",
  SCRIPT_NAME: "/images",
  X_Caller_Subject: "mallory",
  "X-Caller_Scopes": "orders/write",
  X_HTTP_METHOD_OVERRIDE: "DELETE",
  "X_Gateway-Route": "GET /orders",
};

/** Where a version of the package is; undefined where there is no Python, or none of its packages to be had. */
function gunicorn(version: string): string | undefined {
  const folder = join(BUILD_FOLDER, `gunicorn-${version}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  const pip = ["-m", "pip", "install", "--quiet", "--target", draft, `gunicorn==${version}`];
  const { status } = spawnSync("python3", pip, { stdio: "ignore" });
  if (status === 0) renameSync(draft, folder);
  else rmSync(draft, { recursive: true, force: true });
  return status === 0 ? folder : undefined;
}

const missing = VERSIONS.every((version) => gunicorn(version)) ? undefined : "gunicorn cannot be installed here";

describeWhere(missing, "behind the door, a server that makes CGI variables of headers", () => {
  const projects = { http: new ProjectCopy(), rest: new ProjectCopy() };
  const servers: ChildProcess[] = [];
  afterAll(async () => {
    await LocalCommand.closeAll();
    const ended = servers.map((server) => new Promise((resolve) => server.once("exit", resolve)));
    for (const server of servers) server.kill("SIGTERM");
    await Promise.all(ended);
    for (const project of Object.values(projects)) project.remove();
  });

  /** The port of a server of this version. */
  async function serve(version: string): Promise<number> {
    const folder = gunicorn(version) ?? "";
    writeFileSync(join(projects.http.folder, "echo_app.py"), APP);
    const server = spawn("python3", ["-m", "gunicorn", "--bind", "127.0.0.1:0", "--workers", "1", "echo_app:app"], {
      cwd: projects.http.folder,
      env: { ...process.env, PYTHONPATH: folder },
      stdio: ["ignore", "ignore", "pipe"],
    });
    servers.push(server);
    let printed = "";
    return new Promise((resolve, reject) => {
      server.once("exit", () => reject(new Error(printed)));
      server.stderr?.on("data", (text) => {
        printed += text;
        const [, port] = /Listening at: http:\/\/127\.0\.0\.1:(\d+)/.exec(printed) ?? [];
        if (port !== undefined) resolve(Number(port));
      });
    });
  }

  const seen = async (url: string) => (await (await fetch(url, { headers: FORGED })).json()) as Record<string, string>;

  test.each(VERSIONS)("gunicorn %s takes the gateway's word alone, over an HTTP API", async (version) => {
    const port = await serve(version);
    const past = await seen(`http://127.0.0.1:${port}/images/a`);
    // Without the gateway the old one is deceived, or this test would say nothing.
    expect(past.SCRIPT_NAME === "/images" && past.HTTP_X_CALLER_SUBJECT === "mallory").toBe(version === "21.2.0");
    const door = new LocalCommand(projects.http, "dev", "--service", `catalog=:${port}`);
    const [, url = ""] = await door.prints(/^dev: (http:\/\/127\.0\.0\.1:\d+) /m);
    expect(await seen(`${url}/images/a`)).toEqual({
      HTTP_X_CALLER_SCOPES: "-",
      HTTP_X_CALLER_SUBJECT: "anonymous",
      HTTP_X_GATEWAY_ROUTE: "GET /images/{path+}",
      HTTP_X_HTTP_METHOD_OVERRIDE: null,
      PATH_INFO: "/images/a",
      SCRIPT_NAME: "",
    });
    expect(await door.close()).toBe(0);
  });

  test.each(VERSIONS)("gunicorn %s serves the path that was authorized, over a REST API", async (version) => {
    const port = await serve(version);
    projects.rest.edit("dev.yaml", /^gateway:\n(?: {2}kind: rest\n)?/m, "gateway:\n  kind: rest\n");
    expect(projects.rest.run(["synth", "dev"]).code).toBe(0);
    const door = new LocalCommand(projects.rest, "dev", "--service", `catalog=:${port}`);
    const [, url = ""] = await door.prints(/^dev: (http:\/\/127\.0\.0\.1:\d+\S*) /m);
    const { SCRIPT_NAME, PATH_INFO } = await seen(`${url}/images/a`);
    expect([SCRIPT_NAME, PATH_INFO]).toEqual(["", "/images/a"]);
    expect(await door.close()).toBe(0);
  });
});
