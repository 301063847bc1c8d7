import { declaredServices } from "../../../../packages/local-front-door/services/declaration";
import { Chain } from "../../../support/local/chain";
import { block, type Change, remove, stackOf } from "../../../support/local/document";

const off = (api: string) => remove(`google_project_service.${api}`);

const refusal = (service: string) => ({
  error: {
    code: 403,
    status: "PERMISSION_DENIED",
    message: expect.stringContaining("has not been used in project"),
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "SERVICE_DISABLED",
        domain: "googleapis.com",
        metadata: { service, consumer: expect.stringMatching(/^projects\/\d+$/) },
      },
    ],
  },
});

/** The answer of one step on the path to a service, and the declarations in the trace. */
async function answered(step: "exchange" | "token" | "call", ...changes: readonly Change[]) {
  const chain = await Chain.of(...changes);
  const invoker = await chain.assume(chain.lambda("callers"), "orders");
  const ask = {
    exchange: async () => chain.exchangeAnswer(await chain.signed(invoker)),
    token: async () => chain.idTokenAnswer("any", "orders"),
    call: async () => chain.call("orders", []),
  }[step];
  const { status, body } = await ask();
  return { status, body: JSON.parse(body), declaration: chain.trace.refusal?.declaration };
}

test.each([
  ["exchange", "sts", "sts.googleapis.com"],
  ["token", "iamcredentials", "iamcredentials.googleapis.com"],
  ["call", "run", "run.googleapis.com"],
] as const)("the %s requires the API %s, and the trace names the missing declaration", async (step, api, service) => {
  const declaration = `google_project_service (${service})`;
  expect(await answered(step, off(api))).toEqual({ status: 403, body: refusal(service), declaration });
});

test("a mounted secret needs Secret Manager; without one, it is not needed", () => {
  const mounted: Change = (document) => {
    const { template } = block(document, "google_cloud_run_v2_service.orders") as {
      template: { containers: { env: unknown[] }[] };
    };
    const secret = "${google_secret_manager_secret.orders_database_url.secret_id}";
    template.containers[0]?.env.push({ name: "URL", value_source: { secret_key_ref: { secret, version: "1" } } });
  };
  expect(() => declaredServices(stackOf(off("secretmanager")))).not.toThrow();
  expect(() => declaredServices(stackOf(mounted))).not.toThrow();
  expect(() => declaredServices(stackOf(mounted, off("secretmanager")))).toThrow(
    "template.containers.0.env.URL: no service can read a secret without google_project_service (secretmanager.googleapis.com)",
  );
});

test("if a stack enables no API, all count as enabled elsewhere", async () => {
  const none: Change = ({ resource }) => delete resource.google_project_service;
  const { status, body } = await (await Chain.of(none)).call("orders", []);
  expect([status, body]).toEqual([403, expect.stringMatching(/^no token /)]);
});
