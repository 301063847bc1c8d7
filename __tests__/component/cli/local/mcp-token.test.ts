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
const PROVIDERS = readFileSync(join(ROOT, "docs/reference/identity-providers.md"), "utf8");
const [, ORDER = ""] = /`npm run (token -- [^`]+)`/.exec(PAGE) ?? [];

/** Another environment of the shop has the page's domain. */
const NAME = "api.dev.shop.example.com";

const FILE = project.path("config/dev.yaml");
const DEV = parse(readFileSync(FILE, "utf8"));

/** Opens dev with these parts of its config, behind the page's gateway. */
async function opened({ issuers = {}, services, clients }: Record<string, object>) {
  const { gateway } = parse(printed("yaml: mcp-server"));
  const merged = {
    ...DEV,
    aws: { ...DEV.aws, ownsAccount: true },
    gateway: { ...DEV.gateway, ...gateway, domain: { ...gateway.domain, name: NAME } },
    issuers: { ...DEV.issuers, ...issuers },
    services: { ...DEV.services, ...services },
    clients: { ...DEV.clients, ...clients },
  };
  writeFileSync(FILE, stringify(merged));
  const door = new LocalCommand(project, "dev");
  const [, url = ""] = await door.prints(/^dev: (http:\S+) /m);
  const call = async (headers: Record<string, string>) =>
    (await fetch(`${url}/mcp`, { method: "POST", headers, body: "{}" })).status;
  return { door, call };
}

test("the token that the MCP page's command prints opens the server that its config declares", async () => {
  const { door, call } = await opened(parse(printed("yaml: mcp-server")));
  const { out } = project.run(ORDER.split(" ").filter((word) => word !== "--"));
  const token = out.trim();
  expect(decodeJwt(token)).toMatchObject({ aud: `https://${NAME}/mcp`, username: "ann" });
  expect([await call({ authorization: `Bearer ${token}` }), await call({})]).toEqual([200, 401]);

  // So does the sign-in that the door prints.
  const line = await door.lineOf("customers/editor");
  const { searchParams } = new URL(line.replace("in a browser: ", ""));
  expect(searchParams.get("resource")).toBe(`https://${NAME}/mcp`);
  await door.close();
});

test("so does a token of Entra ID, with the config of its page", async () => {
  const [, text = ""] = /^<!-- yaml: mcp-entra -->\n```yaml\n([\s\S]*?)^```$/m.exec(PROVIDERS) ?? [];
  const page = parse(text);
  const [, tools] = page.issuers.staff.audiences;
  page.services["orders-tools"].image = "europe-docker.pkg.dev/acme/shop/orders-tools:1.0.0";
  const { call } = await opened(page);
  const token = project.run(["token", "dev", "--as", "staff/editor"]).out.trim();
  const { aud, ...claims } = decodeJwt(token);
  expect([aud].flat()).toContain(tools);
  expect(claims).toMatchObject({ scp: "Assistant.Use", ver: "2.0" });
  expect(await call({ authorization: `Bearer ${token}` })).toBe(200);
});
