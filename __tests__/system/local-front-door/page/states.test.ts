import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { WhyPage } from "../../../../packages/local-front-door/page/page";
import type { TerraformDocument } from "../../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../../packages/local-front-door/terraform/stack";
import type { SeenRequest } from "../../../../packages/local-front-door/trace/request-log";
import { asPartOf, LocalTrace } from "../../../../packages/local-front-door/trace/trace";
import { describeInChromium, openBrowser } from "../../../support/chromium";
import { smallDocument } from "../../../support/local/small-document";
import { faultsAtWidths, WIDTHS } from "../../../support/page-audit";
import { ROOT } from "../../../support/places";

const FIRST = "curl -s http://127.0.0.1:8080/orders";

/** The page over a log that the test writes. */
describeInChromium("the page that shows why, in each of its states", () => {
  let browser: Browser;
  let context: BrowserContext | undefined;
  let why: WhyPage;
  let trace: LocalTrace;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await context?.close();
    await why.stop();
    expect(complaints).toEqual([]);
  });

  async function open(settings: Parameters<Browser["newContext"]>[0] = {}) {
    trace = new LocalTrace();
    why = new WhyPage({
      title: "small",
      stack: Stack.of(smallDocument() as TerraformDocument, "/nowhere"),
      log: trace.requests,
      explaining: { ruleOf: () => undefined, callerOf: () => undefined },
      deviations: [],
      notSimulated: [],
      traceCommand: (id) => `npm run -s trace -- local ${id}`,
      calls: { first: FIRST, again: ({ path }) => `curl -s http://127.0.0.1:8080${path}` },
      assets: join(ROOT, "packages/local-front-door/page/assets"),
    });
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...settings });
    page = await context.newPage();
    complaints = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(await why.start(0));
    await page.getByText("No call yet").waitFor();
  }

  function seen(id: string, begun: Partial<SeenRequest> = {}, work: () => void = () => {}, status = 200) {
    trace.requests.begin({ id, door: "gateway", startedAt: Date.now(), method: "GET", path: `/${id}`, ...begun });
    asPartOf(id, work);
    trace.requests.end(id, { status, milliseconds: 1 });
  }
  const tokenRequest = (id: string) =>
    seen(id, { door: "cognito", method: "POST", path: "/pool/oauth2/token" }, () => trace.allow("cognito", "granted"));
  const rows = () => page.locator("#list li:visible");
  /** `authorizer: refused here`, for each part of the picture. */
  const stations = () =>
    page
      .locator("#details [data-station]")
      .evaluateAll((all) =>
        all.map(({ dataset, className }) => `${dataset.station}: ${className.replace("station ", "")}`),
      );

  test.each(["light", "dark"] as const)(
    "%s, before the first call a command to try is in the middle",
    async (scheme) => {
      await open({ colorScheme: scheme });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 844 });
        const box = await page.locator("#empty").boundingBox();
        const main = await page.locator("main").boundingBox();
        if (box === null || main === null) throw new Error("no empty state");
        expect(Math.abs(box.x + box.width / 2 - width / 2)).toBeLessThan(2);
        expect(Math.abs(box.y + box.height / 2 - (main.y + main.height / 2))).toBeLessThan(2);
      }
      expect(await page.locator("#empty code").textContent()).toBe(FIRST);
      expect(await page.locator("#list:visible, #details:visible").count()).toBe(0);
      expect(await faultsAtWidths(page)).toEqual([]);
      seen("orders");
      await page.locator("#details").getByText("GET /orders").waitFor();
      expect(await page.locator("#empty:visible").count()).toBe(0);
    },
  );

  test("sign-in and token requests are shown on request only, with a path of their own", async () => {
    await open();
    tokenRequest("first");
    await page.getByRole("button", { name: "Show sign-in and token requests (1)" }).click();
    await page.locator("#details").getByText("POST /pool/oauth2/token").waitFor();
    expect(await stations()).toEqual(["caller: asks", "token-endpoint: passed decided"]);
    expect(await page.evaluate("document.activeElement.textContent")).toContain("/pool/oauth2/token");
    seen("orders", {}, () => trace.allow("gateway", "route"));
    await page.locator("#details").getByText("GET /orders").waitFor();
    expect(await rows().count()).toBe(2);
    await page.getByLabel("Sign-in and tokens").uncheck();
    tokenRequest("second");
    await page.getByText("3 requests").waitFor();
    expect(await rows().allTextContents()).toEqual([expect.stringContaining("GET /orders")]);
    await page.locator("body").press("s");
    expect(await rows().count()).toBe(3);
    seen("login", { door: "cognito", path: "/pool/oauth2/authorize" }, undefined, 302);
    await page.locator("#details").getByText("GET /pool/oauth2/authorize").waitFor();
    expect(await stations()).toEqual(["browser: asks", "sign-in: called decided"]);
    await page.locator("body").press("/");
    await page.keyboard.type("no such request");
    await page.getByText("No request matches the filter.").waitFor();
  });

  test.each(["light", "dark"] as const)(
    "%s, the picture marks the part that refused, at every width",
    async (scheme) => {
      await open({ colorScheme: scheme });
      const refused = () => {
        trace.allow("gateway", "route");
        trace.allow("aws-sts", "caller");
        trace.refuse("google-sts", "not this account");
        trace.refuse("authorizer", "forbidden");
      };
      seen("orders", {}, refused, 403);
      await page.locator('[data-station="federation"]').getByText("refused here").waitFor();
      expect(await stations()).toEqual([
        "caller: asks",
        "gateway: passed",
        "authorizer: refused",
        "federation: refused decided",
        "service: not-called",
      ]);
      expect(
        await page.getByRole("list", { name: "From the caller to the answer" }).getByRole("listitem").count(),
      ).toBe(5);
      expect(await faultsAtWidths(page)).toEqual([]);
    },
  );

  test("every time is in the reader's own time zone and language, with the date if it is not today's", async () => {
    await open({ locale: "de-DE", timezoneId: "Asia/Tokyo" });
    const startedAt = Date.UTC(2020, 0, 31, 15, 4, 5);
    seen("orders", { startedAt, presented: { sub: "ann", exp: startedAt / 1000, iat: 1e300 } });
    await page.locator("#details .claims").waitFor();
    expect(await page.locator("time").allTextContents()).toEqual(Array(3).fill("1.2.2020, 00:04:05"));
    expect(await page.locator("time").first().getAttribute("datetime")).toBe("2020-01-31T15:04:05.000Z");
    seen("now", { presented: { exp: Math.floor(Date.now() / 1000) } });
    await page.locator("#details").getByText("GET /now").waitFor();
    for (const text of await page.locator("#details time").allTextContents()) expect(text).toMatch(/^\d\d:\d\d:\d\d$/);
  });

  test("request id, trace command and call are copied by mouse and keyboard, and said to screen readers", async () => {
    await open({ permissions: ["clipboard-read", "clipboard-write"] });
    const clipboard = () => page.evaluate("navigator.clipboard.readText()");
    await page.getByRole("button", { name: "Copy the curl command" }).click();
    await page.getByRole("status").getByText("Copied the curl command").waitFor();
    expect(await clipboard()).toBe(FIRST);
    seen("orders");
    await page.getByRole("button", { name: "Copy the request ID" }).click();
    await page.getByRole("status").getByText("Copied the request ID").waitFor();
    expect(await clipboard()).toBe("orders");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("Copied the trace command").waitFor();
    expect(await clipboard()).toBe("npm run -s trace -- local orders");
    // The focus stays on the button when the request is drawn again.
    asPartOf("orders", () => trace.remark("gateway", "drawn again"));
    await page.locator("#details").getByText("Note: drawn again").waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Copy the trace command");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("Copied the curl command").waitFor();
    expect(await clipboard()).toBe("curl -s http://127.0.0.1:8080/orders");
  });

  test("without the clipboard a copy button selects the text", async () => {
    await open();
    await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error())");
    await page.getByRole("button", { name: "Copy the curl command" }).click();
    await page.getByRole("status").getByText("Selected the curl command").waitFor();
    expect(await page.evaluate("getSelection().toString()")).toBe(FIRST);
  });
});
