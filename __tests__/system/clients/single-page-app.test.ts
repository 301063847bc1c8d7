import type { Browser, Page } from "playwright-core";
import { type Clouds, startClouds } from "../../../packages/local-front-door/clouds";
import { describeInChromium, openBrowser } from "../../support/chromium";
import { SynthesizedStack } from "../attack/support/synthesized";
import { type AppSettings, SinglePageApp } from "./support/single-page-app";

jest.setTimeout(60_000);

describeInChromium("a single-page app with oidc-client-ts", () => {
  let app: SinglePageApp;
  let undeclaredApp: SinglePageApp;
  let stack: SynthesizedStack;
  let clouds: Clouds;
  let browser: Browser;
  let page: Page;
  let said: string[];

  beforeAll(async () => {
    app = await SinglePageApp.start();
    undeclaredApp = await SinglePageApp.start();
    stack = new SynthesizedStack([]);
    clouds = await startClouds({
      stackFile: stack.file,
      gateway: { localOrigins: [app.origin] },
      localCallbacks: [app.callback, undeclaredApp.callback],
    });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await clouds?.stop();
    stack?.remove();
    await Promise.all([app?.stop(), undeclaredApp?.stop()]);
  });
  beforeEach(async () => {
    clouds.trace.clear();
    page = await browser.newPage();
    page.setDefaultTimeout(15_000);
    said = [];
    page.on("console", (message) => said.push(message.text()));
  });
  afterEach(() => page.close());

  async function open(from: SinglePageApp, changes: Partial<AppSettings> = {}): Promise<void> {
    const web = clouds.callers.find(({ name }) => name === "customers/web");
    from.use({
      gateway: clouds.url,
      issuer: clouds.issuers.get("customers")?.declaration.url ?? "",
      cognito: `${clouds.cognitoUrl}/${web?.pool?.domain}`,
      clientId: web?.client?.id ?? "",
      redirectUri: from.callback,
      scope: "orders/read",
      ...changes,
    });
    await page.goto(from.origin);
  }

  async function signIn(): Promise<void> {
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("User name").fill("bob");
    await page.getByRole("button", { name: "Sign in" }).click();
  }

  const status = (text: string) => page.getByRole("status").filter({ hasText: text }).waitFor();
  const orders = () => page.getByRole("button", { name: "Orders" }).click();
  const refusals = () => clouds.trace.hops.filter(({ allowed }) => !allowed);

  test("signs a person in and calls, through a preflight, what the person may call", async () => {
    await open(app);
    await signIn();
    await status("signed in");
    expect(new URL(page.url()).origin).toBe(app.origin);
    await orders();
    await status("orders: 200 storefront-dev-orders");
    const reasons = clouds.trace.hops.map(({ at, reason }) => `${at}: ${reason}`);
    expect(refusals()).toEqual([]);
    expect(reasons).toContain("cognito: issued a code for bob: orders/read, to a local callback");
    expect(reasons).toContain("gateway: preflight from a local origin");
    expect(reasons).toContain("cloud-run: storefront-dev-orders: GET /orders");
  });

  test("renews its token through the library, without a person at the keyboard", async () => {
    await open(app);
    await signIn();
    await status("signed in");
    await page.getByRole("button", { name: "Renew" }).click();
    await status("renewed");
    await orders();
    await status("orders: 200 storefront-dev-orders");
    const grants = clouds.trace.hops.filter(({ at, reason }) => at === "cognito" && reason.includes("orders/read"));
    expect(grants.map(({ reason }) => reason.split(":")[0])).toEqual([
      "issued a code for bob",
      "issued a token by authorization_code",
      "issued a token by refresh_token",
    ]);
    expect(refusals()).toEqual([]);
  });

  test("learns from its library which scope it may not have", async () => {
    await open(app, { scope: "orders/support" });
    await page.getByRole("button", { name: "Sign in" }).click();
    await status("not signed in: invalid_scope");
    expect(refusals()[0]).toMatchObject({
      reason: "the client does not have the scope orders/support",
      declaration: "aws_cognito_user_pool_client.web.allowed_oauth_scopes",
    });
  });

  test("with an undeclared callback gets an error on the sign-in page, which does not redirect there", async () => {
    const redirectUri = `${app.origin}/elsewhere`;
    await open(app, { redirectUri });
    await page.getByRole("button", { name: "Sign in" }).click();
    const text = page.getByText("redirect_mismatch");
    await text.waitFor();
    expect(await text.textContent()).toContain(`${redirectUri} is not a declared callback`);
    const help = await page.locator("body").textContent();
    expect(help).toContain("http://localhost:3000/cb");
    expect(help).toContain(`--callback ${redirectUri}`);
    const declaration = "aws_cognito_user_pool_client.web.callback_urls";
    expect([help?.includes(declaration), refusals()]).toEqual([true, [expect.objectContaining({ declaration })]]);
  });

  test("of an undeclared origin is stopped by the browser, and the trace says which origin to declare", async () => {
    await open(undeclaredApp);
    await signIn();
    await status("signed in");
    await orders();
    await status("orders: Failed to fetch");
    expect(said.join("\n")).toContain(`from origin '${undeclaredApp.origin}' has been blocked by CORS policy`);
    expect(refusals()).toEqual([
      expect.objectContaining({
        reason: `preflight: the origin ${undeclaredApp.origin} is not declared`,
        declaration: "aws_apigatewayv2_api.gateway.cors_configuration",
      }),
    ]);
  });

  test("without a token gets an answer that no page can read, and the trace says what was missing", async () => {
    await open(app);
    await orders();
    await status("orders: Failed to fetch");
    expect(said.join("\n")).toContain("No 'Access-Control-Allow-Origin' header is present");
    expect(refusals()).toEqual([
      expect.objectContaining({
        reason: "the identity source $request.header.Authorization is missing",
        declaration: expect.stringMatching(/^aws_apigatewayv2_authorizer\.\w+\.identity_sources$/),
      }),
    ]);
    // A page cannot read the gateway's own answers. The trace notes that, because AWS does not document it.
    expect(clouds.trace.hops.some(({ reason }) => reason.includes("cors-own-answers"))).toBe(true);
  });
});
