import type { Clouds, CloudsProps } from "../../../../packages/local-front-door/clouds";
import type { Change } from "../document";
import { startSmallStack } from "../small-stack";
import { DEPLOYED, REST_PARTS } from "./small-rest-document";

/**
 * A function that answers as its event's `x-do` header says, so that a test can see how the gateway handles the answer.
 */
const HANDLER = `
let events = 0;
export const answer = async (event) => {
  events += 1;
  const wish = event.headers["x-do"] ?? "allow";
  if (wish === "unauthorized") throw new Error("Unauthorized");
  if (wish === "throw") throw new Error("unavailable");
  if (wish === "nothing") return undefined;
  const context = { event: Buffer.from(JSON.stringify(event)).toString("base64url"), events, decision: wish };
  const statement = (Effect, Resource) => ({ Action: "execute-api:Invoke", Effect, Resource });
  const statements = {
    allow: [statement("Allow", event.methodArn)],
    deny: [statement("Deny", event.methodArn)],
    "allow-another": [statement("Allow", event.methodArn + "x")],
    "allow-all": [statement("Allow", "*")],
  };
  return {
    principalId: "somebody",
    policyDocument: { Version: "2012-10-17", Statement: statements[wish] },
    context,
    usageIdentifierKey: event.headers["x-key"] ?? "key-of-somebody-00000",
  };
};`;

/** The small stack as a REST API, running; stopped and removed by `stop`. */
export function startSmallRest(
  changes: readonly Change[] = [],
  props: Partial<CloudsProps> = {},
  handler = HANDLER,
): Promise<Clouds> {
  return startSmallStack([REST_PARTS, ...changes, DEPLOYED], handler, props);
}
