import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { changeOfStacks } from "../../../review/change/from-stacks";
import type { ChangeModel } from "../../../review/change/model";
import { NOTHING, type SynthesizedState } from "../../../review/change/state";
import { htmlReport } from "../../../review/render/html/page";
import { diagramOf } from "../../../review/report/diagram";
import { reportOf } from "../../../review/report/report";
import { describeInChromium, openBrowser } from "../../support/chromium";
import { HOSTILE, modelNamed } from "../support/models";

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const page = (...models: readonly ChangeModel[]) =>
  htmlReport(models.map((model) => ({ report: reportOf(model), diagram: diagramOf(model) })));

function dev(): SynthesizedState {
  const file = (name: string) => JSON.parse(readFileSync(join(__dirname, "../../../synthesized/dev", name), "utf8"));
  return { stack: file("main.tf.json"), policy: file("authorizer-policy.json") };
}

/** A client that gets a scope, a user pool that must be made anew, a route that is gone. */
function believable(): ChangeModel {
  const head = structuredClone(dev()) as unknown as {
    stack: { resource: Record<string, Record<string, Record<string, unknown>>> };
    policy: { issuers: { id: string; clients: { scopes: string[] }[] }[]; routes: Record<string, unknown> };
  };
  head.policy.issuers.find(({ id }) => id === "customers")?.clients[0]?.scopes.push("orders/write");
  const agent = head.stack.resource.aws_cognito_user_pool_client?.reporting_agent;
  Object.assign(agent ?? {}, { allowed_oauth_scopes: ["orders/export", "orders/read", "orders/write"] });
  Object.assign(head.stack.resource.aws_cognito_user_pool?.customers ?? {}, { username_attributes: ["phone_number"] });
  delete head.stack.resource.aws_apigatewayv2_route?.orders_delete_orders_by_id;
  delete head.policy.routes["DELETE /orders/{id}"];
  return changeOfStacks("dev", dev(), head as unknown as SynthesizedState);
}

test("it is one file: no address of anything else is in it", () => {
  const text = page(believable());
  expect(text).not.toMatch(/(?<![\w-])(src|href|action|data)=|url\((?!#)|@import/);
  expect(text).toContain("default-src &#39;none&#39;");
});

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
    const shown = await open(page(believable()));
    expect(await shown.locator("h1").textContent()).toContain("access broadened · data at risk");
    expect(await shown.locator("figcaption").textContent()).toContain("new: customers/reporting-agent may now call");
    const row = shown.locator("tbody tr", { hasText: "customers/reporting-agent may now call POST /orders" });
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
    const shown = await open(page(modelNamed(hostile)));
    expect(await shown.locator("img, a, iframe, body script:not(:last-of-type), object").count()).toBe(0);
    expect(await shown.locator("tbody tr").count()).toBe(2);
  });

  test.each(["light", "dark"] as const)(
    "nothing that WCAG 2.2 AA can be checked for is wrong in %s",
    async (scheme) => {
      const shown = await open(page(believable(), changeOfStacks("new", NOTHING, dev())), scheme, true);
      for (const summary of await shown.locator("summary").all()) await summary.click();
      await shown.evaluate(AXE);
      const found = (await shown.evaluate("axe.run()")) as { violations: { id: string; nodes: { html: string }[] }[] };
      expect(found.violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html)])).toEqual([]);
    },
  );

  test("on paper everything is open", async () => {
    const shown = await open(page(believable()));
    await shown.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    expect(await shown.locator("details:not([open])").count()).toBe(0);
  });
});
