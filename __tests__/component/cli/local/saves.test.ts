import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../../../support/command";
import { LocalCommand } from "../../../support/local-command";

jest.setTimeout(60_000);

const project = new ProjectCopy("linked");
afterAll(async () => {
  await LocalCommand.closeAll();
  project.remove();
});

const BASE = project.path("config/base.yaml");
const base = readFileSync(BASE, "utf8");

/** Saves as `sed -i` does. */
function replaceBase(route: string): void {
  writeFileSync(`${BASE}.tmp`, base.replace("GET /products: public", route));
  renameSync(`${BASE}.tmp`, BASE);
}

test("a door takes each save by rename, and says in each answer while its config cannot be opened", async () => {
  const door = new LocalCommand(project, "dev");
  const [, url = ""] = await door.prints(/^dev: (http:\S+) /m);
  const answers = async () =>
    Promise.all(
      ["/products", "/a", "/b", "/orders"].map(async (path) => {
        const { status, headers } = await fetch(`${url}${path}`);
        return [status, headers.get("x-local-front-door")?.split(";")[0]];
      }),
    );
  const after: Record<string, unknown> = {};
  for (const [route, printed] of [
    ["GET /a: public", /^dev: .*ready/m],
    ["GET /b: public", /^dev: .*ready/m],
    ["GET /b: open to all", /the door stays as it was/],
    ["GET /products: public", /^dev: .*ready/m],
  ] as const) {
    const since = door.length;
    replaceBase(route);
    await door.prints(printed, since);
    after[route] = await answers();
  }
  const [no, stale] = [undefined, "stale"];
  expect(after).toEqual({
    "GET /a: public": [
      [404, no],
      [200, no],
      [404, no],
      [401, no],
    ],
    "GET /b: public": [
      [404, no],
      [404, no],
      [200, no],
      [401, no],
    ],
    "GET /b: open to all": [
      [404, stale],
      [404, stale],
      [200, stale],
      [401, stale],
    ],
    "GET /products: public": [
      [200, no],
      [404, no],
      [404, no],
      [401, no],
    ],
  });
  expect(await door.close()).toBe(130);
});
