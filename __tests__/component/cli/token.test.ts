import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { decodeJwt } from "jose";
import { ProjectCopy } from "../../support/command";
import { LocalCommand } from "../../support/local-command";

jest.setTimeout(60_000);

const project = new ProjectCopy();
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

/** Returns only standard output, which must be the token and a line break. */
function token(...args: readonly string[]): string {
  const { code, out, error } = project.run(["token", "dev", "--as", ...args]);
  expect([code, error]).toEqual([0, ""]);
  expect(/^[\w-]+\.[\w-]+\.[\w-]+\n$/.test(out)).toBe(true);
  return out.trim();
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
  expect(await call("/orders", token(caller))).toBe(status);
});

test("claims replace the caller's own, and the lifetime is the requested one", async () => {
  const own = decodeJwt(token("workforce/0oa1example"));
  expect(own).toMatchObject({ iss: "https://acme.okta.com/oauth2/default", aud: "api://storefront-dev" });
  const args = ["workforce/0oa1example", "--claim", 'scp:=["orders/support"]', "--claim", "sub=ann", "--expires", "60"];
  const jwt = token(...args);
  const { exp = 0, iat = 0, ...claims } = decodeJwt(jwt);
  expect(claims).toMatchObject({ cid: "0oa1example", sub: "ann", scp: ["orders/support"] });
  expect([59, 60, 61]).toContain(exp - iat);
  expect([await call("/orders", jwt), await call("/orders/7", jwt)]).toEqual([403, 200]);
});

test("signs an expired token, or one for another audience or client, and the door refuses it", async () => {
  expect(await call("/orders", token("workforce/0oa1example", "--expires", "-60"))).toBe(403);
  expect(await call("/orders", token("workforce/0oa1example", "--claim", "aud=other"))).toBe(403);
  expect(await call("/orders", token("workforce", "--claim", "sub=ann", "--claim", "cid=stranger"))).toBe(403);
});

test.each<[readonly string[], number, readonly string[]]>([
  [
    ["dev", "--as", "workforce/0oa1exampel"],
    64,
    [
      "--as workforce/0oa1exampel: the stack declares no such caller; did you mean workforce/0oa1example?",
      "    callers: aws/arn:aws:iam::111122223333:role/nightly-export, customers/reporting-agent, ",
      "    with your own claims (--claim): aws, workforce",
    ],
  ],
  [["dev", "--as", "workforce"], 64, ["--as workforce: is an issuer", "or name a caller: workforce/0oa1example"]],
  [["dev", "--as", "customers", "--claim", "sub=ann"], 64, ["--as customers: the stack declares no such caller"]],
  [["dev", "--as", "customers/web", "--claim", "sub=ann"], 64, ["Cognito decides the claims"]],
  [["dev", "--as", "aws", "--claim", "sub"], 64, ["--claim sub: expected <claim>=<text>"]],
  [["dev", "--as", "aws", "--expires", "soon"], 64, ["--expires soon: expected seconds"]],
  [["dex", "--as", "aws"], 64, ['no front door of dex is open here; did you mean "dev"?', "npm run local -- dex"]],
  [["dev"], 64, ["--as <caller>' not specified"]],
])("token %j is refused and says what to do", (args, code, messages) => {
  const done = project.run(["token", ...args]);
  expect([done.code, done.out]).toEqual([code, ""]);
  for (const message of messages) expect(done.error).toContain(message);
});

test("a client that cannot read the door's file gets no token, and the file is removed with the door", async () => {
  const file = project.path(".build/local.dev.json");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const desk = JSON.parse(readFileSync(file, "utf8"));
  const order = { method: "POST", body: JSON.stringify({ as: "workforce/0oa1example", claims: {} }) };
  const asked = async (headers: Record<string, string>) =>
    (await fetch(`${desk.url}/token`, { ...order, headers })).status;
  expect([await asked({}), await asked({ authorization: "Bearer guess" })]).toEqual([403, 403]);

  expect(await door.close()).toBe(0);
  expect(existsSync(file)).toBe(false);
  // A killed door leaves its file like this.
  writeFileSync(file, JSON.stringify(desk));
  const done = project.run(["token", "dev", "--as", "workforce/0oa1example"]);
  expect([done.code, done.error]).toEqual([64, expect.stringContaining("no front door of dev is open here")]);
});
