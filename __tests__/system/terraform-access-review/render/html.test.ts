import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { NOTHING } from "../../../../packages/terraform-access-review/model/state";
import { believableModel, pageOf } from "../../../support/believable-model";
import { HOSTILE, modelNamed } from "../../../support/change-models";
import { describeInChromium, openBrowser } from "../../../support/chromium";
import { faultsAtWidths } from "../../../support/page-audit";
import { dev } from "../../../support/synthesized-states";

describeInChromium("the HTML report in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "front-door-report-"));
  let browser: Browser;
  let opened: Page;
  let complaints: string[];
  let asked: string[];
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    await opened.context().close();
    expect([complaints, asked]).toEqual([[], [`file://${join(folder, "report.html")}`]]);
  });

  async function open(text: string, colorScheme: "light" | "dark" = "light", bypassCSP = false): Promise<Page> {
    writeFileSync(join(folder, "report.html"), text);
    opened = await (await browser.newContext({ colorScheme, bypassCSP })).newPage();
    complaints = [];
    asked = [];
    opened.on("console", (message) => complaints.push(message.text()));
    opened.on("pageerror", (error) => complaints.push(error.message));
    opened.on("dialog", (dialog) => complaints.push(dialog.message()));
    opened.on("request", (request) => asked.push(request.url()));
    await opened.goto(`file://${join(folder, "report.html")}`);
    return opened;
  }

  test("verdict, picture, access, losses and changes are there; the filter leaves out", async () => {
    const shown = await open(pageOf(believableModel()));
    expect(await shown.locator("h1").textContent()).toContain("access broadened · data at risk");
    expect(await shown.locator("figcaption").textContent()).toContain("new: customers/reporting-agent may now call");
    const row = shown.locator("tbody tr", { hasText: /reporting-agent may now call .*POST \/orders/ });
    expect(await row.locator("td").first().textContent()).toBe("broader");
    const loss = shown.locator(".losses li", { hasText: "aws_cognito_user_pool.customers" });
    expect(await loss.textContent()).toContain("Lost: every user of the pool");
    await shown.locator("#action").selectOption("destroyed");
    expect(await loss.isVisible()).toBe(false);
    expect(await shown.locator("details", { hasText: "AWS: Cognito" }).isVisible()).toBe(false);
    await shown.locator("#action").selectOption("");
    await shown.keyboard.press("Tab");
    await shown.locator("summary", { hasText: "AWS: API Gateway" }).focus();
    await shown.keyboard.press("Enter");
    await shown.getByText("aws_apigatewayv2_route.orders_delete_orders_by_id").last().waitFor();
  });

  test.each(HOSTILE)("%j is text", async (hostile) => {
    const shown = await open(pageOf(modelNamed(hostile)));
    expect(await shown.locator("img, a, iframe, body script:not(:last-of-type), object").count()).toBe(0);
    expect(await shown.locator("tbody tr").count()).toBe(4);
  });

  test.each(["light", "dark"] as const)(
    "nothing that WCAG 2.2 AA can be checked for is wrong in %s, and every width shows whole words",
    async (scheme) => {
      const shown = await open(pageOf(believableModel(), changeOfStacks("new", NOTHING, dev)), scheme, true);
      await shown.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
      expect(await faultsAtWidths(shown)).toEqual([]);
    },
  );

  test("on paper everything is open", async () => {
    const shown = await open(pageOf(believableModel()));
    await shown.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    expect(await shown.locator("details:not([open])").count()).toBe(0);
  });
});
