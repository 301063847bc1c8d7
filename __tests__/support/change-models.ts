import { type ChangeModel, MODEL_VERSION } from "../../packages/terraform-access-review/model/change";
import type { AccessRow } from "../../packages/terraform-access-review/model/row";

/** Names with special meaning in Markdown, HTML, Mermaid, a terminal or on GitHub. */
export const HOSTILE: readonly string[] = [
  "<script>alert(1)</script>",
  "</pre><img src=x onerror=alert(1)>",
  "| a | b |\n|---|---|",
  "`` ` ``` ",
  "[click](javascript:alert(1)) ![x](https://x.example/y.png)",
  "</details># head\n\n- item",
  "@somebody @org/team #1 GH-1 https://evil.example www.evil.example",
  "see acme/shop#12, gh-3 and !4 of da39a3ee5e6b4b0d3255bfef95601890afd80709, 0a1b2c3 or acme@1234567",
  "\u202egnp.exe \u001b[31m",
  "**bold** _em_ ~~gone~~ &lt;b&gt;",
  "```mermaid\ngraph",
];

function rowNamed(text: string, caller: string, key: string): AccessRow {
  return {
    effect: "allow",
    principal: { kind: "caller", name: caller },
    action: { kind: "call", key },
    resource: { kind: "text", parts: [text] },
    conditions: [{ kind: "expression", text }],
    from: { address: `aws_apigatewayv2_route.${text}`, argument: "" },
  };
}

/** A change in which everything has this name, with `count` rows and as many resources. */
export function modelNamed(name: string, count = 1): ChangeModel {
  const attributes = [{ path: name, kind: "changed", before: name, after: `${name}x` }] as const;
  const change = (index: number) => ({
    address: `aws_iam_role.${name}${index}`,
    type: "aws_iam_role",
    forcedBy: [name],
    attributes,
  });
  return {
    version: MODEL_VERSION,
    environment: name,
    source: "synthesized",
    access: {
      rows: Array.from({ length: count }, (_, index) => ({
        effect: "broadened" as const,
        after: rowNamed(name, `${name}${index}`, "GET /x"),
      })),
      guards: [{ effect: "broadened", address: name, guard: name, before: name, after: name }],
    },
    resources: Array.from({ length: count }, (_, index) => ({
      ...change(index),
      action: "replaced" as const,
      loss: name,
    })),
    unchanged: 3,
    drift: [{ ...change(0), action: "drifted" }],
    driftAccess: {
      rows: [{ effect: "narrowed", before: rowNamed(name, name, "GET /d") }],
      guards: [{ effect: "broadened", address: name, guard: name, before: name, after: name }],
    },
    notes: [{ kind: "check", name, status: "fail", problems: [name] }],
  };
}
