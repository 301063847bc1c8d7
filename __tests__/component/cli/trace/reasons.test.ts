import { REASONS } from "../../../../packages/local-front-door/page/headline";
import { SynthesizedEnvironments } from "../../../support/local/environments";
import { restDev } from "../../../support/rest";
import { REASON_HEADER, refusingFunction } from "../../../support/trace/refusing-function";
import { differences, TracedDoor } from "../../../support/trace/traced-door";

jest.setTimeout(60_000);

const UNAVAILABLE = [
  ...["route-kind", "identity-sources", "keys-unavailable", "aws-credentials"],
  ...["federation-provider", "assume-role", "token-exchange", "id-token", "internal"],
];
const FORBIDDEN =
  /^(network|route-unknown|path-.*|subject-(unknown|borrowed)|caller-ambiguous|client-(unknown|revoked)|scope)$/;

/** How the authorizer decides for each of its reasons. */
const CASES = [...Object.keys(REASONS), "scope"].map((reason) => {
  const decision = UNAVAILABLE.includes(reason)
    ? "unavailable"
    : FORBIDDEN.test(reason)
      ? "forbidden"
      : "unauthenticated";
  return [reason, decision] as const;
});

describe.each(["http", "rest"] as const)("the %s API, with functions that decide", (kind) => {
  const environments = new SynthesizedEnvironments(["dev"], (intent) => (kind === "rest" ? restDev() : intent));
  let door: TracedDoor;
  let remove = () => {};
  beforeAll(async () => {
    const { filename } = environments.document("dev").resource.aws_lambda_function?.callers ?? {};
    const made = refusingFunction(environments.path("dev", String(filename)));
    remove = made.remove;
    door = await TracedDoor.open((props) => environments.startDoor("dev", props, made.change));
  });
  afterAll(async () => {
    await door?.close();
    remove();
    environments.remove();
  });

  const web = () => door.clouds.callers.find(({ name }) => name === "customers/web")?.token();
  test("for every reason of the authorizer, page and logs name the same who and why, also from the cache", async () => {
    const found: string[] = [];
    for (const [reason, decision] of CASES) {
      door.clouds.gateway.resetAuthorizersCache();
      door.forget();
      const headers = { authorization: `Bearer ${await web()}`, [REASON_HEADER]: `${decision} ${reason}` };
      const [first, again] = [await door.call("/orders", headers), await door.call("/orders", headers)];
      const isKept = decision === "forbidden" || (decision === "unauthenticated" && kind === "http");
      const isReplayed = again.story.events.some(({ filledTheCache }) => filledTheCache === true);
      found.push(
        ...differences(first).map((each) => `${reason}: ${each}`),
        ...differences(again).map((each) => `${reason}, again: ${each}`),
        ...(isKept === isReplayed ? [] : [`${reason}: replayed ${isReplayed}, kept ${isKept}`]),
      );
    }
    expect(found).toEqual([]);
    expect(CASES.length).toBeGreaterThan(30);
  });

  test("a replayed refusal that two decisions could have filled is reported with both", async () => {
    door.clouds.gateway.resetAuthorizersCache();
    door.forget();
    const authorization = `Bearer ${await web()}`;
    const call = (reason: string) => door.call("/orders", { authorization, [REASON_HEADER]: `forbidden ${reason}` });
    await call("scope");
    door.clouds.gateway.resetAuthorizersCache();
    await call("client-revoked");
    expect((await call("")).story.why).toBe("API Gateway: refused from its cache, for one of: client-revoked, scope");
  });

  test("the gateway's own refusals have the same words too", async () => {
    const none = [await door.call("/orders"), await door.call("/nowhere")];
    expect(none.map(({ status }) => status)).toEqual(kind === "rest" ? [401, 403] : [401, 404]);
    expect(none.flatMap(differences)).toEqual([]);
  });
});
