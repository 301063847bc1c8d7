import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clouds, startClouds } from "../../../packages/local-front-door/clouds";
import { describeWhere } from "../../support/describe-where";
import { ROOT } from "../../support/places";
import type { Kind } from "../attack/support/api-kind";
import { SynthesizedStack } from "../attack/support/synthesized";

const has = (program: string, ...args: readonly string[]) =>
  spawnSync(program, args).status === 0 ? undefined : `no ${program} on this machine`;
const folder = mkdtempSync(join(tmpdir(), "read-the-caller-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string) => JSON.stringify(join(ROOT, "examples/read-the-caller", name));

describe.each([
  ["Node", `${JSON.stringify(process.execPath)} ${file("service.mjs")}`, undefined],
  ["Python", `python3 ${file("service.py")}`, has("python3", "--version")],
  ["Go", JSON.stringify(join(folder, "service")), has("go", "version")],
])("the printed service in %s", (language, command, missing) => {
  describeWhere(missing, "behind the local front door", () => {
    // The first build on a machine compiles Go's library too, which takes longer than a start may.
    beforeAll(() => {
      if (language !== "Go") return;
      const source = join(ROOT, "examples/read-the-caller/service.go");
      const { status, stderr } = spawnSync("go", ["build", "-o", join(folder, "service"), source], {
        encoding: "utf8",
      });
      expect([status, stderr]).toEqual([0, ""]);
    }, 300_000);

    const opened: { stack: SynthesizedStack; clouds: Clouds }[] = [];
    async function open(kind: Kind): Promise<Clouds> {
      const stack = new SynthesizedStack([], kind);
      const choices = ["orders", "catalog"].map((id) => ({ id, answeredBy: { command } }));
      const services = { choices, secrets: new Map(), secretsFile: "", print: () => {} };
      const clouds = await startClouds({ stackFile: stack.file, services });
      opened.push({ stack, clouds });
      return clouds;
    }
    afterEach(async () => {
      for (const { stack, clouds } of opened.splice(0)) {
        await clouds.stop();
        stack.remove();
      }
    });

    test("reads who called, and which account invoked it; on a public route the caller is anonymous", async () => {
      const { url, callers } = await open("http");
      const agent = callers.find(({ name }) => name === "customers/reporting-agent");
      const authorization = `Bearer ${await agent?.token()}`;
      const orders = await fetch(`${url}/orders`, { headers: { authorization, "x-caller-client": "customers/web" } });
      expect([orders.status, await orders.json()]).toEqual([
        200,
        {
          client: "customers/reporting-agent",
          subject: agent?.client?.id,
          scopes: ["orders/export", "orders/read"],
          invoker: "storefront-dev-orders@storefront-dev.iam.gserviceaccount.com",
        },
      ]);
      const products = await (await fetch(`${url}/products`)).json();
      expect(products).toMatchObject({ client: "-", subject: "anonymous", scopes: ["-"] });
    });

    test("refuses a caller's own header that a REST API lets pass in another spelling", async () => {
      const { url } = await open("rest");
      const status = async (headers: Record<string, string>) => (await fetch(`${url}/products`, { headers })).status;
      expect([await status({}), await status({ "x-caller-client": "customers/web" })]).toEqual([200, 400]);
    });
  });
});
