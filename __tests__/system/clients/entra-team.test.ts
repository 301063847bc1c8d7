import { once } from "node:events";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { generate } from "selfsigned";
import { describeInChromium, openBrowser } from "../../support/chromium";
import { ProjectCopy } from "../../support/command";
import { LocalCommand } from "../../support/local-command";
import { ROOT } from "../../support/places";

jest.setTimeout(60_000);

/** A team with Entra ID, with an HTTP API in dev and a REST API in prod. */
const CONFIG = `${ROOT}/__tests__/fixtures/entra-team`;
const APP = "staff/1b2e3a4c-5d6f-4a7b-8c9d-0e1f2a3b4c5d";
const ORIGINS = ["https://desk.acme.example", "https://admin.acme.example"];
const ENVIRONMENTS = ["dev", "prod"];

const project = new ProjectCopy("linked");
beforeAll(() => {
  for (const folder of ["config", "synthesized"]) rmSync(project.path(folder), { recursive: true, force: true });
  cpSync(CONFIG, project.path("config"), { recursive: true });
  expect(project.run(["synth"])).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await LocalCommand.closeAll();
  project.remove();
});

test.each(ENVIRONMENTS)("%s: every answer is what access.md says, and each origin reads the answers", (environment) => {
  const { code, error } = project.run(["local", environment, "--matrix"]);
  expect([code, error]).toEqual([0, ""]);
  const { callers, cells } = JSON.parse(readFileSync(project.path(`.build/matrix-${environment}.json`), "utf8"));
  const allowed = (caller: string) =>
    cells.flatMap((each: { caller: string; allowed: boolean; route: string }) =>
      each.caller === caller && each.allowed ? [each.route] : [],
    );
  expect(callers).toHaveLength(environment === "dev" ? 5 : 6);
  expect(allowed(APP)).toEqual(["GET /orders", "GET /reports/{id}", "GET /stock"]);
  expect(allowed("staff/importer")).toContain("POST /orders");
  expect(allowed("staff/agent")).toEqual(
    environment === "dev" ? [] : ["DELETE /mcp", "GET /mcp", "GET /stock", "POST /mcp"],
  );
});

describeInChromium("a page of the team", () => {
  let pages: Server;
  let browser: Browser;
  beforeAll(async () => {
    const { private: key, cert } = await generate([{ name: "commonName", value: "pages" }]);
    pages = createServer({ key, cert }, (_, answer) => answer.setHeader("content-type", "text/html").end("<p>desk"));
    pages.listen(0, "127.0.0.1");
    await once(pages, "listening");
    browser = await openBrowser(
      `--host-resolver-rules=MAP *.example 127.0.0.1:${(pages.address() as AddressInfo).port}`,
      "--ignore-certificate-errors",
      // A page of another host may call this machine.
      "--disable-features=LocalNetworkAccessChecks",
    );
  });
  afterAll(async () => {
    await browser?.close();
    pages?.close();
  });

  /** What a page of an origin gets from two routes: one with a token, one without. */
  async function readBy(origin: string, url: string, token: string) {
    const page = await browser.newPage();
    await page.goto(`${origin}/`);
    const answers = await page.evaluate(
      async ([base, bearer]) => {
        const read = async (path: string, headers: Record<string, string>) => {
          try {
            const answer = await fetch(`${base}${path}`, { headers });
            const { service } = (await answer.json()) as { service?: string };
            return [answer.status, service];
          } catch (error) {
            return String(error);
          }
        };
        return [await read("/orders", { authorization: `Bearer ${bearer}` }), await read("/stock", {})];
      },
      [url, token] as const,
    );
    await page.close();
    return answers;
  }

  test.each(ENVIRONMENTS)("%s: reads answers at both declared origins, and at no other", async (environment) => {
    const door = new LocalCommand(project, environment);
    const [, url = ""] = await door.prints(new RegExp(`^${environment}: (http://127\\.0\\.0\\.1:\\S+) `, "m"));
    const token = project.run(["token", environment, "--as", APP]).out.trim();
    for (const origin of ORIGINS) {
      expect([origin, await readBy(origin, url, token)]).toEqual([
        origin,
        [
          [200, `orders-desk-${environment}-orders`],
          [200, "stock"],
        ],
      ]);
    }
    const failed = "TypeError: Failed to fetch";
    expect(await readBy("https://evil.example", url, token)).toEqual([failed, failed]);
    expect(await door.close()).toBe(130);
  });
});
