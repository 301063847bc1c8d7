import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { decodeJwt } from "jose";
import type { TokenOptions } from "../../../cli/token";
import { ProjectCopy } from "../../support/command";
import { enterProject } from "../../support/in-project";
import { LocalCommand } from "../../support/local-command";

jest.setTimeout(60_000);

const project = new ProjectCopy("linked");
enterProject(project);

let door: LocalCommand;
let url: string;
beforeAll(async () => {
  door = new LocalCommand(project, "dev");
  [, url = ""] = await door.prints(/^dev: (http:\/\/127\.0\.0\.1:\d+) /m);
});
afterAll(async () => {
  await LocalCommand.closeAll();
  project.remove();
});

/** The command, in this process. Returns what it prints. */
async function ordered(environment: string, as: string, options: Partial<TokenOptions> = {}): Promise<string> {
  const { token } = require("../../../cli/token") as typeof import("../../../cli/token");
  const printed = jest.spyOn(console, "log").mockImplementation();
  try {
    await token(environment, { as, claim: [], ...options });
    expect(printed).toHaveBeenCalledTimes(1);
    return String(printed.mock.calls[0]);
  } finally {
    printed.mockRestore();
  }
}

/** Never the token itself: a failing test prints what it compares. */
async function call(route: string, jwt: string): Promise<number> {
  return (await fetch(`${url}${route}`, { headers: { authorization: `Bearer ${jwt}` } })).status;
}

test.each([
  ["workforce/0oa1example", 200],
  ["aws/arn:aws:iam::111122223333:role/nightly-export", 200],
  ["customers/reporting-agent", 200],
  ["customers/web", 200],
  ["customers/support-desk", 403],
])("GET /orders answers %s as the ledger says: %d", async (caller, status) => {
  expect(await call("/orders", await ordered("dev", caller))).toBe(status);
});

test("claims replace the caller's own, the lifetime is the requested one, and nothing else is printed", async () => {
  const own = decodeJwt(await ordered("dev", "workforce/0oa1example"));
  expect(own).toMatchObject({ iss: "https://acme.okta.com/oauth2/default", aud: "api://storefront-dev" });
  const args = ["workforce/0oa1example", "--claim", 'scp:=["orders/support"]', "--claim", "sub=ann", "--expires", "60"];
  const { code, out, error } = project.run(["token", "dev", "--as", ...args]);
  expect([code, error, /^[\w-]+\.[\w-]+\.[\w-]+\n$/.test(out)]).toEqual([0, "", true]);
  const jwt = out.trim();
  const { exp = 0, iat = 0, ...claims } = decodeJwt(jwt);
  expect(claims).toMatchObject({ cid: "0oa1example", sub: "ann", scp: ["orders/support"] });
  expect([59, 60, 61]).toContain(exp - iat);
  expect([await call("/orders", jwt), await call("/orders/7", jwt)]).toEqual([403, 200]);
});

test.each<[string, string, Partial<TokenOptions>]>([
  ["an expired token", "workforce/0oa1example", { expires: "-60" }],
  ["one for another audience", "workforce/0oa1example", { claim: ["aud=other"] }],
  ["one for another client", "workforce", { claim: ["sub=ann", "cid=unknown"] }],
])("signs %s, and the door refuses it", async (_, as, options) => {
  expect(await call("/orders", await ordered("dev", as, options))).toBe(403);
});

test.each<[string, Partial<TokenOptions>, readonly string[]]>([
  [
    "workforce/0oa1exampel",
    {},
    [
      "--as workforce/0oa1exampel: the stack declares no such caller; did you mean workforce/0oa1example?",
      "    callers: aws/arn:aws:iam::111122223333:role/nightly-export, customers/reporting-agent, ",
      "    with your own claims (--claim): aws, workforce",
    ],
  ],
  ["workforce", {}, ["--as workforce: is an issuer", "or name a caller: workforce/0oa1example"]],
  ["customers", { claim: ["sub=ann"] }, ["--as customers: the stack declares no such caller"]],
  ["customers/web", { claim: ["sub=ann"] }, ["Cognito decides the claims"]],
  ["customers/support-desk", { user: "bob" }, ["leave out --user"]],
  ["aws", { claim: ["sub"] }, ["--claim sub: expected <claim>=<text>"]],
  ["aws", { expires: "soon" }, ["--expires soon: expected seconds"]],
])("a token of %s with %j is refused, with a remedy", async (as, options, messages) => {
  for (const message of messages) await expect(ordered("dev", as, options)).rejects.toThrow(message);
});

test.each<[readonly string[], readonly string[]]>([
  [
    ["dex", "--as", "aws"],
    ['no front door of dex is open here; did you mean "dev"?', "npm run local -- dex"],
  ],
  [["dev"], ["--as <caller>' not specified"]],
])("token %j is a usage error, and prints no token", (args, messages) => {
  const { code, out, error } = project.run(["token", ...args]);
  expect([code, out]).toEqual([64, ""]);
  for (const message of messages) expect(error).toContain(message);
});

test("a client that cannot read the door's file gets no token, and the file is removed with the door", async () => {
  const file = project.path(".build/local.dev.json");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const desk = JSON.parse(readFileSync(file, "utf8"));
  const order = { method: "POST", body: JSON.stringify({ as: "workforce/0oa1example", claims: {} }) };
  const asked = async (headers: Record<string, string>) =>
    (await fetch(`${desk.url}/token`, { ...order, headers })).status;
  expect([await asked({}), await asked({ authorization: "Bearer guess" })]).toEqual([403, 403]);

  expect(await door.close()).toBe(130);
  expect(existsSync(file)).toBe(false);
  // A killed door leaves its file like this.
  writeFileSync(file, JSON.stringify(desk));
  await expect(ordered("dev", "workforce/0oa1example")).rejects.toThrow("no front door of dev is open here");
});
