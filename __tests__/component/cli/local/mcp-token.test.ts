import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { parse, stringify } from "yaml";
import { ProjectCopy } from "../../../support/command";
import { printed } from "../../../support/documentation";
import { LocalCommand } from "../../../support/local-command";
import { ROOT } from "../../../support/places";

jest.setTimeout(60_000);

const project = new ProjectCopy("linked");
afterAll(async () => {
  await LocalCommand.closeAll();
  project.remove();
});

/** The command of the page that prints a token. */
const PAGE = readFileSync(join(ROOT, "docs/how-to/mcp-server.md"), "utf8");
const [, ORDER = ""] = /`npm run (token -- [^`]+)`/.exec(PAGE) ?? [];

/** Another environment of the shop has the page's domain. */
const NAME = "api.dev.shop.example.com";

test("the token that the MCP page's command prints opens the server that its config declares", async () => {
  const file = project.path("config/dev.yaml");
  const dev = parse(readFileSync(file, "utf8"));
  const page = parse(printed("yaml: mcp-server"));
  const merged = {
    ...dev,
    aws: { ...dev.aws, ownsAccount: true },
    gateway: { ...dev.gateway, ...page.gateway, domain: { ...page.gateway.domain, name: NAME } },
    services: { ...dev.services, ...page.services },
    clients: { ...dev.clients, ...page.clients },
  };
  writeFileSync(file, stringify(merged));
  const door = new LocalCommand(project, "dev");
  const [, url = ""] = await door.prints(/^dev: (http:\S+) /m);
  const { out } = project.run(ORDER.split(" ").filter((word) => word !== "--"));
  const token = out.trim();
  expect(decodeJwt(token)).toMatchObject({ aud: `https://${NAME}/mcp`, username: "ann" });
  const call = async (headers: Record<string, string>) =>
    (await fetch(`${url}/mcp`, { method: "POST", headers, body: "{}" })).status;
  expect([await call({ authorization: `Bearer ${token}` }), await call({})]).toEqual([200, 401]);

  // So does the sign-in that the door prints.
  const line = await door.lineOf("customers/editor");
  const { searchParams } = new URL(line.replace("in a browser: ", ""));
  expect(searchParams.get("resource")).toBe(`https://${NAME}/mcp`);
});
