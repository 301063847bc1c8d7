import { type HandlerProps, judged, type KnownRequest } from "../../../../../functions/authorizer/handler/judged";
import { forbidden } from "../../../../../functions/authorizer/request/outcome";
import { pathRules } from "../../../../../functions/authorizer/request/path-rule";
import { POLICY } from "../../../../support/authorizer/policy";

function judging(judge: (known: KnownRequest | undefined) => Promise<ReturnType<typeof forbidden>>) {
  const lines: string[] = [];
  const props = {
    kind: "callers",
    policy: POLICY,
    rules: pathRules(POLICY),
    write: (line: string) => lines.push(line),
  };
  const called = { path: "/orders", host: undefined, requestId: undefined, traceparent: undefined };
  return async (key: string) => {
    const outcome = await judged(props as unknown as HandlerProps, { ...called, key }, judge);
    return { outcome, line: JSON.parse(lines.at(-1) ?? "") };
  };
}

test("an unexpected error becomes a call that cannot be decided, and is not quoted", async () => {
  const ask = judging(() => Promise.reject(new Error("Bearer secret.token.value")));
  const { outcome, line } = await ask("GET /orders");
  expect(outcome).toMatchObject({ decision: "unavailable", reason: "internal" });
  expect(line).toMatchObject({ level: "ERROR", reason: "internal", route: "GET /orders" });
  expect(JSON.stringify(line)).not.toContain("secret");
});

test("a call is judged by the route that the policy has under exactly its key, and an unknown host name is empty", async () => {
  const seen: (KnownRequest | undefined)[] = [];
  const ask = judging(async (known) => {
    seen.push(known);
    return forbidden("scope");
  });
  for (const key of ["GET /orders", "HEAD /orders", "OPTIONS /orders", "get /orders", "constructor"]) await ask(key);
  expect(seen[0]).toMatchObject({ route: POLICY.routes["GET /orders"], path: "/orders", host: "" });
  expect(seen.slice(1)).toEqual([undefined, undefined, undefined, undefined]);
});
