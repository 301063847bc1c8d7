import type { Browser, Page } from "playwright-core";
import type { Clouds } from "../../../../packages/local-front-door/clouds";
import { describeInChromium, openBrowser } from "../../../support/chromium";
import { SynthesizedEnvironments } from "../../../support/local/environments";
import { faultsAtWidths } from "../../../support/page-audit";

describeInChromium("a person's sign-in, in a browser", () => {
  let environments: SynthesizedEnvironments;
  let clouds: Clouds;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    environments = new SynthesizedEnvironments(["dev"]);
    clouds = await environments.startDoor("dev", {
      signedInCall: (client, user) => `curl -s ${clouds.url}/orders # <b>${user}</b> by ${client}`,
    });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await clouds?.stop();
    environments.remove();
  });
  afterEach(async () => {
    await page.context().close();
    expect(complaints).toEqual([]);
  });

  async function open(colorScheme: "light" | "dark", changes: Record<string, string> = {}) {
    page = await (await browser.newContext({ colorScheme })).newPage();
    complaints = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    const web = clouds.callers.find(({ name }) => name === "customers/web");
    if (web?.pool === undefined || web.client === undefined) throw new Error("no client web");
    const query = new URLSearchParams({
      response_type: "code",
      client_id: web.client.id,
      redirect_uri: clouds.signedInUrl(web.pool, web.client) ?? "",
      ...changes,
    });
    await page.goto(`${clouds.cognitoUrl}/${web.pool.domain}/oauth2/authorize?${query}`);
  }
  const heading = () => page.getByRole("heading", { level: 1 }).textContent();

  test("by keyboard only it ends with the claims and a call, and returns to sign in another user", async () => {
    await open("light", { state: "</style><script>alert(1)</script>" });
    expect(await page.evaluate("document.activeElement.id")).toBe("username");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("bob");
    await page.keyboard.press("Enter");
    await page.getByText("Signed in as bob").first().waitFor();
    expect(await page.locator("tr", { hasText: "username" }).locator("td").textContent()).toBe("bob");
    expect(await page.locator("pre").textContent()).toContain("# <b>bob</b> by ");
    expect(await page.content()).not.toContain("eyJ");
    await page.getByRole("link", { name: "Sign in as another user" }).focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("User name").waitFor();
  });

  test("an invalid name and a used code are explained", async () => {
    await open("light");
    await page.getByLabel("User name").fill("a b");
    await page.getByRole("button", { name: "Sign in" }).click();
    expect(await page.getByRole("alert").textContent()).toContain("1 to 64 characters");
    complaints = []; // The browser reports the 400.
    await page.getByLabel("User name").fill("ann");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Signed in as ann").first().waitFor();
    await page.reload();
    expect(await heading()).toBe("Sign-in refused");
    complaints = [];
  });

  test.each(["light", "dark"] as const)(
    "%s has no violation of WCAG 2.2 AA that can be detected, and every width shows whole words",
    async (scheme) => {
      await open(scheme);
      const signIn = await faultsAtWidths(page);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByText("Signed in as ann").first().waitFor();
      expect([signIn, await faultsAtWidths(page)]).toEqual([[], []]);
      await page.reload();
      expect([await heading(), await faultsAtWidths(page)]).toEqual(["Sign-in refused", []]);
      complaints = [];
    },
  );
});
