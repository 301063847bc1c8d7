import type { Browser, Page } from "playwright-core";
import { apiDocuments, rendererFolder } from "../../../../cli/local/door";
import type { OpenApiDocument } from "../../../../cli/openapi/model";
import type { Clouds } from "../../../../packages/local-front-door/clouds";
import { Callers } from "../../../component/artefact/support/callers";
import { describeInChromium, openBrowser } from "../../../support/chromium";
import { SynthesizedEnvironments } from "../../../support/local/environments";
import { faultsAtWidths } from "../../../support/page-audit";
import { intentOf, SHOP_CONFIG } from "../../../support/shop";

const KEY = "printed-in-the-terminal";

describeInChromium("the page to try calls, in a browser", () => {
  let environments: SynthesizedEnvironments;
  let clouds: Clouds;
  let bare: Clouds;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let visited: string[];

  const startDoor = (renderer: string | undefined) =>
    environments.startDoor("dev", {
      page: {
        title: "dev",
        port: 0,
        api: (door) => apiDocuments(intentOf("dev"), door, { configDir: SHOP_CONFIG, warn: console.error }),
        renderer,
        key: KEY,
      },
    });

  beforeAll(async () => {
    environments = new SynthesizedEnvironments(["dev"]);
    [clouds, bare, browser] = await Promise.all([startDoor(rendererFolder()), startDoor(undefined), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([clouds?.stop(), bare?.stop()]);
    environments.remove();
  });

  async function open(url: string, colorScheme: "light" | "dark" = "light") {
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme })).newPage();
    [complaints, visited] = [[], []];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => visited.push(new URL(request.url()).origin));
    await page.goto(url);
  }
  const inOperation = (id: string) => page.locator(`#operations-orders-${id}`);

  /** Executes a route of the page, and returns the status that it shows. */
  async function tried(id: string): Promise<string | null> {
    const operation = inOperation(id);
    await operation.locator(".opblock-summary-control").click();
    await operation.getByRole("button", { name: "Try it out" }).click();
    await operation.getByRole("button", { name: "Execute" }).click();
    return operation.locator(".live-responses-table tbody .response-col_status").first().textContent();
  }

  test("a pasted token opens a route, another route shows the gateway's refusal, and only this server is called", async () => {
    const token = await new Callers(clouds).web(["orders/read"]);
    await open(`${clouds.pageUrl}/api`);
    await page.getByRole("button", { name: "Authorize" }).first().click();
    const customers = page.locator(".auth-container", { hasText: "customers/web" });
    await customers.locator("input").fill(token);
    await customers.getByRole("button", { name: "Apply credentials" }).click();
    await page.getByRole("button", { name: "Close" }).first().click();
    expect(await tried("orders_get_orders")).toBe("200");
    expect(await tried("orders_get_orders_export")).toBe("403");
    await inOperation("orders_get_orders_export").getByText('"Forbidden"').first().waitFor();
    expect([...new Set(visited)]).toEqual([clouds.pageUrl]);
    // The browser reports the refused call itself. The page's policy was not violated.
    expect(complaints.filter((text) => !/status of 403/.test(text))).toEqual([]);
  });

  test("one click calls as a declared caller, with the key of the printed address", async () => {
    await open(`${clouds.pageUrl}/api#key=${KEY}`);
    await page.getByRole("button", { name: "customers/web" }).click();
    await page.getByText("Each call carries a new token of customers/web").waitFor();
    expect(await tried("orders_get_orders")).toBe("200");
    expect(await tried("orders_get_orders_export")).toBe("403");
    expect(page.url()).not.toContain(KEY);
    // The key is for this tab: the page can be loaded again.
    await page.goto(`${clouds.pageUrl}/api`);
    await page.getByRole("button", { name: "no token" }).waitFor();
    expect(complaints.filter((text) => !/status of 403/.test(text))).toEqual([]);
  });

  test("without the key the page offers no caller, and names the address that has it", async () => {
    await open(`${clouds.pageUrl}/api`);
    await page.getByText("open the address that npm run local prints").waitFor();
    expect(await page.locator("#choices button").count()).toBe(0);
  });

  test("the page names environment and version, and each route once", async () => {
    await open(`${clouds.pageUrl}/api`);
    await inOperation("orders_get_orders_export").waitFor();
    const { info } = (await (await fetch(`${clouds.pageUrl}/openapi.json`)).json()) as OpenApiDocument;
    expect(await page.title()).toBe("API · front door dev");
    expect(await page.locator("header p").textContent()).toBe(`front door dev version ${info.version}`);
    const summary = inOperation("orders_get_orders_export").locator(".opblock-summary-description");
    expect(await summary.textContent()).toBe("needs orders/export");
  });

  test("the page follows the dark setting, also while it is open", async () => {
    await open(`${clouds.pageUrl}/api`, "dark");
    const ground = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    const isDark = 'document.documentElement.classList.contains("dark-mode")';
    await page.locator(".opblock").first().waitFor();
    const dark = await ground();
    expect(await page.evaluate(isDark)).toBe(true);
    await page.emulateMedia({ colorScheme: "light" });
    // Not `waitForFunction`: it evaluates text in the page, whose policy forbids that.
    await page.locator("html:not(.dark-mode)").waitFor({ state: "attached" });
    expect(await ground()).not.toBe(dark);
    expect(complaints).toEqual([]);
  });

  test("the page fits a phone, with a route and its answer open", async () => {
    await open(`${clouds.pageUrl}/api#key=${KEY}`);
    await page.setViewportSize({ width: 390, height: 844 });
    await tried("orders_get_orders");
    expect(await page.evaluate("document.scrollingElement.scrollWidth")).toBe(390);
    await page.getByRole("button", { name: "Authorize" }).first().click();
    await page.locator(".auth-container").first().waitFor();
    expect(await page.evaluate("document.scrollingElement.scrollWidth")).toBe(390);
  });

  test("the page that shows why links to it", async () => {
    await open(clouds.pageUrl ?? "");
    await page.getByRole("link", { name: "API" }).click();
    await page.locator(".opblock").first().waitFor();
  });

  test("without the renderer the page names the package to install, accessibly", async () => {
    await open(`${bare.pageUrl}/api`);
    await page.getByText("npm install --save-dev swagger-ui-dist").waitFor();
    expect(await faultsAtWidths(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
