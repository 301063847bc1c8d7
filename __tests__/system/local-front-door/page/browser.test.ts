import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Clouds } from "../../../../packages/local-front-door/clouds";
import { Callers, send } from "../../../component/artefact/support/callers";
import { describeInChromium, openBrowser } from "../../../support/chromium";
import { SynthesizedEnvironments } from "../../../support/local/environments";
import { faultsAtWidths } from "../../../support/page-audit";

describeInChromium("the page that shows why, in a browser", () => {
  let environments: SynthesizedEnvironments;
  let clouds: Clouds;
  let callers: Callers;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let visited: string[];

  beforeAll(async () => {
    environments = new SynthesizedEnvironments(["dev"]);
    clouds = await environments.startDoor("dev", {
      page: { title: "dev", port: 0 },
      placeOf: (route) => (route === "POST /orders" ? "config/base.yaml:49" : undefined),
      declaredAt: () => "config/base.yaml:48",
    });
    callers = new Callers(clouds);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await clouds?.stop();
    environments.remove();
  });
  beforeEach(async () => {
    await open("light");
  });
  afterEach(async () => {
    await context.close();
    expect(complaints).toEqual([]);
    expect([...new Set(visited)]).toEqual([clouds.pageUrl]);
  });

  async function open(colorScheme: "light" | "dark") {
    await context?.close();
    context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    complaints = [];
    visited = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => visited.push(new URL(request.url()).origin));
    await page.goto(clouds.pageUrl ?? "");
  }

  const first = () => page.locator("#list li").first();
  const details = () => page.locator("#details");

  test("a refused and an allowed request appear automatically, with the reason of the refusal", async () => {
    await send(clouds, "/orders", { method: "POST", token: await callers.web(["orders/read"]) });
    await details()
      .getByText("403: needs orders/write; caller customers/web has orders/read; config/base.yaml:49")
      .waitFor();
    await page.getByText("Policy rule for POST /orders").click();
    await page.getByText('"orders/write"').waitFor();
    await send(clouds, "/orders", { token: await callers.web(["orders/read"]) });
    await details().getByText("200: allowed; caller customers/web").waitFor();
    await details().getByText("The service answered 200").waitFor();
    const within = (outer: string, inner: string) =>
      page.locator(`[data-at="${outer}"] > ol > [data-at="${inner}"] > h4 .took`).first().textContent();
    expect(await within("gateway", "authorizer")).toMatch(/ ms$/);
    expect(await within("authorizer", "iam-credentials")).toMatch(/ ms$/);
    expect(await within("gateway", "cloud-run")).toMatch(/ ms$/);
    expect(await first().textContent()).toContain("GET /orders");
    await page.getByText("google_cloud_run_v2_service_iam_binding.orders").click();
    await page.getByText('"roles/run.invoker"').waitFor();
  });

  test("resources that nothing simulates are listed, folded", async () => {
    const log = page.getByText("aws_cloudwatch_log_group.access", { exact: true });
    await page.getByText(/^Not simulated, because no request depends on it: \d+$/).waitFor();
    expect(await log.isVisible()).toBe(false);
    await page.getByText("Not simulated").click();
    await log.waitFor();
  });

  test("hostile paths, origins and claims are text", async () => {
    const hostile = "<img src=x onerror=alert(1)>";
    await send(clouds, `/orders/${hostile.replaceAll(" ", "+")}"'&{{1}}`, {
      token: await callers.web(["orders/read"], { sub: hostile, nickname: `</td><script>alert(2)</script>` }),
    });
    await details().getByText("</td><script>alert(2)</script>").waitFor();
    expect(await page.locator("#list img, #details img, body script").count()).toBe(0);
  });

  test("everything can be done by keyboard", async () => {
    for (const path of ["/products", "/orders", "/products/7"]) await send(clouds, path);
    await page.getByText("GET /products/7").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await details().getByText("401: no token; needs orders/").waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toContain("GET /orders");
    await page.keyboard.press("r");
    expect(await page.locator("#list li:visible", { hasText: "/products/7" }).count()).toBe(0);
    await page.keyboard.press("r");
    await page.keyboard.press("/");
    await page.keyboard.type("products 200");
    expect(await page.locator("#list li:visible", { hasText: "/orders" }).count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.keyboard.press("f");
    await send(clouds, "/nothing");
    await details().getByText("404: no route has this method and path").waitFor();
  });

  test.each(["light", "dark"] as const)(
    "%s has no violation of WCAG 2.2 AA that can be detected, and every width shows whole words",
    async (scheme) => {
      await open(scheme);
      await send(clouds, "/orders", { token: await callers.web(["orders/read"]) });
      await details().getByText("200: allowed").waitFor();
      await page.getByText("aws_apigatewayv2_route.orders_get_orders").click();
      await details().getByText("From config/base.yaml:48").first().waitFor();
      await page.getByText('"route_key"').waitFor();
      expect(await faultsAtWidths(page)).toEqual([]);
    },
  );

  test("after hundreds of requests 200 rows remain, including the newest", async () => {
    for (let round = 0; round < 15; round += 1) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => send(clouds, `/nothing/${round}/${index}`)));
    }
    await send(clouds, "/nothing/last");
    await details().getByText("GET /nothing/last").first().waitFor();
    expect(await page.locator("#list li").count()).toBe(200);
  });

  test("on a phone the list comes first, choosing leads to the details, and a button back", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ["/products", "/orders", "/products/7"]) await send(clouds, path);
    await page.getByText("GET /products/7").first().waitFor();
    const top = async (selector: string) => (await page.locator(selector).boundingBox())?.y ?? Number.NaN;
    expect(await top("#list")).toBeLessThan(await top("#details"));
    await page.locator("#list button", { hasText: "GET /orders" }).first().click();
    await details().getByText("401: no token").waitFor();
    // Not `waitForFunction`: it evaluates text in the page, whose policy forbids that.
    while ((await top("#details")) >= 200) await page.waitForTimeout(20);
    expect(await top("#details")).toBeLessThan(200);
    await page.getByRole("button", { name: "Back to the list" }).click();
    expect(await page.evaluate("document.activeElement.textContent")).toContain("GET /orders");
    expect(await top("#list")).toBeGreaterThanOrEqual(0);
  });
});
