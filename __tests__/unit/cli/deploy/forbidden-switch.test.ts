import { forbiddenSwitches } from "../../../../cli/deploy/preflight";
import { planned, planOf } from "../../../fixtures/plans/synthetic";
import { intentOf } from "../../../support/shop";

beforeEach(() => {
  jest.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => jest.restoreAllMocks());

const ADDRESS = "google_cloud_run_v2_service.orders";
const service = { name: "shop-orders", location: "europe-west1" };
const FORBIDDEN = "Operation denied by organization policy: constraints/run.managed.requireInvokerIam";

/** The services that may not be switched, and what was sent. */
async function asked(was: boolean, is: boolean, status: number, text: string) {
  const change = { before: { ...service, invoker_iam_disabled: was }, after: { ...service, invoker_iam_disabled: is } };
  const sent: string[] = [];
  const lines = await forbiddenSwitches(intentOf("dev"), planOf([planned(ADDRESS, change)]), {
    env: {},
    shell: () => ({ code: 0, out: "token\n", error: "" }),
    send: async (url, init) => {
      sent.push(`${init?.method} ${url} ${init?.body}`);
      return new Response(text, { status });
    },
  });
  return { addresses: lines.map((line) => line.split(":")[0]), sent };
}

test("Google validates a switch of the IAM check, without making it, before anything is applied", async () => {
  expect(await asked(false, true, 412, FORBIDDEN)).toEqual({
    addresses: [ADDRESS],
    sent: [
      "PATCH https://run.googleapis.com/v2/projects/storefront-dev/locations/europe-west1/services/shop-orders" +
        '?updateMask=invokerIamDisabled&validateOnly=true {"invokerIamDisabled":true}',
    ],
  });
});

test("no other refusal and no other change counts", async () => {
  expect((await asked(false, true, 200, "{}")).addresses).toEqual([]);
  expect((await asked(false, true, 403, "run.services.update denied")).addresses).toEqual([]);
  expect((await asked(true, false, 412, FORBIDDEN)).sent).toEqual([]);
  expect((await asked(true, true, 412, FORBIDDEN)).sent).toEqual([]);
});
