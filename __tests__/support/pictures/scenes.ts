import type { Browser, Page } from "playwright-core";
import { ProjectCopy } from "../command";
import { LocalCommand } from "../local-command";
import type { PictureName, Scheme } from "./manifest";

/** CSS pixels, the width at which a page of the docs shows a picture. */
const WINDOW = { width: 960, height: 600 };
/** For a whole request path. */
const TALL_WINDOW = { width: 960, height: 1080 };

/**
 * The scenes in the docs' pictures, from real runs of `npm run local` in the tests' own project.
 */
export class Scenes {
  private constructor(
    private readonly project: ProjectCopy,
    private readonly door: LocalCommand,
    private readonly addresses: Readonly<Record<"why" | "signIn", string>>,
  ) {}

  static async open(): Promise<Scenes> {
    const project = new ProjectCopy("linked");
    const door = new LocalCommand(project, "dev");
    const [, url = ""] = await door.prints(/^dev: (\S+) /m);
    const [, why = ""] = await door.prints(/^why\? +(\S+)/m);
    const signIn = (await door.lineOf("customers/web")).replace("in a browser: ", "");
    await call(project, url);
    return new Scenes(project, door, { why, signIn });
  }

  /** A page that shows the scene; the caller closes its context. */
  async show(browser: Browser, name: PictureName, scheme: Scheme): Promise<Page> {
    const context = await browser.newContext({
      colorScheme: scheme,
      locale: "en-US",
      timezoneId: "UTC",
      viewport: name === "why-allowed" ? TALL_WINDOW : WINDOW,
    });
    const page = await context.newPage();
    if (name === "signed-in") await this.signIn(page);
    else await this.choose(page, REQUESTS[name]);
    return page;
  }

  /** The part of the page in the picture. */
  async picture(page: Page, name: PictureName, path: string): Promise<Buffer> {
    const how = { path, animations: "disabled" } as const;
    return name === "why-allowed" ? page.locator("#details").screenshot(how) : page.screenshot(how);
  }

  async close(): Promise<void> {
    await this.door.close();
    this.project.remove();
  }

  private async signIn(page: Page): Promise<void> {
    await page.goto(this.addresses.signIn);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Claims in the access token").waitFor();
  }

  private async choose(page: Page, [route, headline]: readonly [route: string, headline: string]): Promise<void> {
    await page.goto(this.addresses.why);
    await page.locator("#list button", { hasText: route }).last().click();
    await page.locator("#details h2", { hasText: headline }).waitFor();
    await page.locator("#details").hover();
  }
}

/** The request that a picture shows, and its headline. */
const REQUESTS = {
  "why-refused": ["POST /orders", "needs orders/write"],
  "why-allowed": ["GET /orders", "allowed"],
} as const;

/** Typical first calls, some allowed and some refused. */
async function call(project: ProjectCopy, url: string): Promise<void> {
  const tokenOf = (caller: string) => {
    const { code, error, out } = project.run(["token", "dev", "--as", caller]);
    if (code !== 0) throw new Error(error);
    return out.trim();
  };
  const [agent, desk, employee] = ["customers/reporting-agent", "customers/support-desk", "workforce/0oa1example"].map(
    tokenOf,
  );
  const calls: readonly (readonly [method: string, path: string, token?: string])[] = [
    // The first one meets no cached result: it shows the whole path.
    ["GET", "/orders", agent],
    ["GET", "/products"],
    ["GET", "/accounts/me"],
    ["GET", "/accounts/7", desk],
    ["GET", "/accounts/me", employee],
    ["GET", "/nowhere"],
    ["POST", "/orders", desk],
  ];
  for (const [method, path, token] of calls) {
    await fetch(url + path, { method, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  }
}
