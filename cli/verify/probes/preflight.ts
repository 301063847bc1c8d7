import { METHODS } from "../../../intent/model/methods";
import { type Answer, inWords } from "../deployed/answer";
import { isPublic } from "../deployed/routes";
import { confirmed, couldNotTell, refuted } from "../deployed/verdict";
import { type FrontDoor, type Probe, type ProbeRequest, planOf } from "./probe";

/** An origin that no config allows. */
const FOREIGN = "https://front-door-probe.invalid";

export const preflight: Probe = {
  id: "preflight",
  question: "Are preflights answered without a token, for allowed origins only, and also on routes declared as ANY?",
  settles:
    "AWS documents cors_configuration; only public reports say that no authorizer intercepts the OPTIONS request.",
  plan(door) {
    const origin = door.deployment.corsOrigin;
    if (origin === undefined) return couldNotTell("no page may call this environment: gateway.cors is not set");
    const paths = pathsToAsk(door);
    if (paths.length === 0) return couldNotTell("no scoped route in this environment");
    const requests = [...paths.map((path) => preflightOf(path, origin)), preflightOf(paths[0] ?? "", FOREIGN)];
    return planOf(requests, (answers) => {
      const own = answers.slice(0, -1).map((answer, index) => ({ path: paths[index], answer }));
      const caught = own.filter(({ answer }) => !allows(answer, origin));
      if (caught.length > 0) {
        return refuted(
          caught.map(({ path, answer }) => `OPTIONS ${path}: ${inWords(answer)}`).join("; "),
          "pages of allowed origins cannot call these routes",
          "add an OPTIONS route without an authorizer for them (stacks/aws/http-gateway.ts)",
        );
      }
      if (answers.slice(-1).some((answer) => allows(answer, FOREIGN) || allows(answer, "*"))) {
        return refuted(
          `${FOREIGN} may call too`,
          "any web page may call with a token that it has obtained",
          "compare cors_configuration of the API with gateway.cors: npx cdktf plan",
        );
      }
      return confirmed(
        `${own.map(({ path, answer }) => `OPTIONS ${path} ${answer.status}`).join(", ")}; a foreign origin is not allowed`,
      );
    });
  },
};

/** A scoped GET route, and a path with every method, which is what ANY becomes. */
function pathsToAsk({ deployment: { policy }, routes }: FrontDoor): string[] {
  const scoped = routes.find((route) => !isPublic(route))?.path;
  const methodsOf = new Map<string, number>();
  for (const key of Object.keys(policy.routes)) {
    const path = key.slice(key.indexOf(" ") + 1);
    methodsOf.set(path, (methodsOf.get(path) ?? 0) + 1);
  }
  const [any] = [...methodsOf].filter(([, count]) => count === METHODS.length);
  const anyPath = any?.[0].replace(/\{[^}]+\}/g, "front-door-probe");
  return [...new Set([scoped, anyPath].filter((path) => path !== undefined))];
}

function preflightOf(path: string, origin: string): ProbeRequest {
  const headers = {
    Origin: origin,
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "authorization",
  };
  return { method: "OPTIONS", to: "gateway", path, headers };
}

function allows({ status, headers }: Answer, origin: string): boolean {
  return status >= 200 && status < 300 && headers["access-control-allow-origin"] === origin;
}
