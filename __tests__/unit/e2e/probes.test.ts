import { type Answer, answerOf, type ProbeRequest } from "../../../cli/verify/requests";
import { SERVICE_TOKEN_HEADER } from "../../../contract/caller-headers";
import { type DeployedDoor, UNDOCUMENTED } from "../../../e2e/probes";
import { ENVIRONMENTS } from "../../../e2e/run-folder";
import { deployment } from "../../support/verify/deployment";

const caller = (name: string) => ({
  issuer: "callers",
  client: `callers/${name}`,
  subject: name,
  scopes: ["echo/read"],
});

/** What the service would see: the caller's headers, and the last ones in addition to the gateway's. */
function echo({ path, headers, as, credentialHeader = "Authorization" }: ProbeRequest, status = 200): Answer {
  const seen = { ...headers, ...(as && { [credentialHeader]: `Bearer ${as}` }) };
  const body = JSON.stringify({ path, headers: seen });
  return answerOf({ status, headers: { server: "Google Frontend", "apigw-requestid": "id=" }, body });
}
const own = (status: number): Answer => answerOf({ status, headers: { "x-amzn-errortype": "x" }, body: "{}" });

/** Ids of the probes that refute what all their answers would be, by kind of environment. */
async function refutedIf(answer: (request: ProbeRequest) => Answer) {
  const ids = new Set<string>();
  for (const environment of ENVIRONMENTS) {
    const callers = { CALLER_TOKEN: caller("reader"), OTHER_CALLER_TOKEN: caller("writer") };
    const door: DeployedDoor = { environment, deployment: deployment(), routes: [], callers };
    for (const { id, kinds, plan } of UNDOCUMENTED) {
      if (!kinds.includes(environment)) continue;
      const planned = plan(door);
      const verdict = "requests" in planned ? await planned.judge(planned.requests.map(answer)) : planned;
      if (verdict.kind === "refuted") ids.add(id);
    }
  }
  return ids;
}

test("each probe refutes a gateway that passes everything, or one that refuses everything", async () => {
  const isForgedToken = ({ headers = {} }: ProbeRequest) =>
    Object.keys(headers).some((name) => name.toLowerCase() === SERVICE_TOKEN_HEADER.toLowerCase());
  const passing = await refutedIf((request) => echo(request, isForgedToken(request) ? 401 : 200));
  const refusing = await refutedIf((request) => own(request.path === "/public" ? 401 : 500));
  const others = UNDOCUMENTED.map(({ id }) => id).filter((id) => !passing.has(id) && !refusing.has(id));
  // The first reads logs. The others expect what such gateways do.
  expect(others).toEqual(["cors-own-answers", "forwarded", "refusal-in-access-log"]);
});

test("ids are unique, and each probe has one sentence for its question and one for what it settles", () => {
  expect(new Set(UNDOCUMENTED.map(({ id }) => id)).size).toBe(UNDOCUMENTED.length);
  for (const { question, settles } of UNDOCUMENTED) {
    expect(question).toMatch(/^[A-Z].*\?$/);
    expect(settles).toMatch(/^[A-Z].*\.$/);
  }
});
