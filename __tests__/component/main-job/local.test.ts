import { ProjectCopy } from "../../support/command";
import { testWhere } from "../../support/describe-where";
import { LocalCommand } from "../../support/local-command";
import { WINDOWS } from "../../support/windows";

const project = new ProjectCopy("linked");
afterAll(async () => {
  await LocalCommand.closeAll();
  project.remove();
});

/** A token for the client id and secret that the door prints. */
async function tokenOf(door: LocalCommand, caller: string): Promise<string> {
  const [, endpoint = ""] = await door.prints(/^client id and secret, for (\S+)$/m);
  const [, client = ""] = await door.prints(new RegExp(`^ {2}${caller} {2}(\\w+:\\w+)$`, "m"));
  const headers = {
    authorization: `Basic ${Buffer.from(client).toString("base64")}`,
    "content-type": "application/x-www-form-urlencoded",
  };
  const answer = await fetch(endpoint, { method: "POST", headers, body: "grant_type=client_credentials" });
  return ((await answer.json()) as { readonly access_token: string }).access_token;
}

testWhere(WINDOWS)(
  "the local door serves the synthesized routes: a public one, and one that requires a token",
  async () => {
    const door = new LocalCommand(project, "dev");
    const [, url = ""] = await door.prints(/^dev: (http:\/\/127\.0\.0\.1:\d+) /m);
    const token = await tokenOf(door, "customers/reporting-agent");
    const status = async (path: string, headers = {}) => (await fetch(`${url}${path}`, { headers })).status;
    expect(await status("/products")).toBe(200);
    expect(await status("/orders")).toBe(401);
    expect(await status("/orders", { authorization: `Bearer ${token}` })).toBe(200);
    expect(await door.close()).toBe(130);
  },
);
