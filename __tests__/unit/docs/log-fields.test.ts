import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Trace } from "../../../functions/authorizer/request/log";
import type { Intent } from "../../../intent/model/intent";
import { logFields } from "../../support/alarms/log-format";
import { ROOT } from "../../support/places";
import { intentOf } from "../../support/shop";
import { stackOf } from "../../support/stack";
import { watchedDev } from "../../support/watched";

const PAGE = readFileSync(join(ROOT, "docs/reference/log-fields.md"), "utf8");

/** The fields in the table below a heading. */
function documented(heading: string): readonly string[] {
  const [, section = ""] = PAGE.split(`\n## ${heading}\n`);
  const [table = ""] = section.split("\n## ");
  const cells = [...table.matchAll(/^\| (`[^|]+`) \|/gm)].map(([, cell = ""]) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name)).sort();
}

function accessLogFields(intent: Intent): readonly string[] {
  const { resource } = stackOf(intent).json;
  const stages = ["aws_apigatewayv2_stage", "aws_api_gateway_stage"].flatMap((type) =>
    Object.values((resource[type] ?? {}) as Record<string, { access_log_settings: { format: string } }>),
  );
  return stages.flatMap((stage) => Object.keys(logFields(stage.access_log_settings.format)));
}

test("the access log's table lists the fields of every kind of gateway", () => {
  const { gateway, ...rest } = intentOf("prod");
  const traced = { ...rest, gateway: { ...gateway, tracing: true } };
  const fields = [intentOf("dev"), intentOf("preview"), traced, watchedDev()].flatMap(accessLogFields);
  expect(documented("Gateway access log")).toEqual([...new Set(fields)].sort());
});

test("the authorizer log's table lists the fields of a line", () => {
  const lines: string[] = [];
  const trace = new Trace({ requestId: "a", route: "GET /a", service: "a", traceId: "b" }, (line) => lines.push(line));
  const caller = { issuer: "a", client: "a/b", subject: "c", scopes: [], kind: "agent" } as never;
  trace.finish({ decision: "forbidden", reason: "scope", caller, upstreamStatus: 403 } as never);
  expect(documented("Authorizer log")).toEqual(expect.arrayContaining(Object.keys(JSON.parse(lines[0] ?? "{}"))));
});

test("the Envoy log's table lists the fields of a line", () => {
  const json = JSON.stringify(stackOf(intentOf("preview")).json);
  const [, format = ""] = /json_format\\*":\{(\\*"logging[^}]+)\}/.exec(json) ?? [];
  const fields = [...format.matchAll(/\\*"([\w./]+)\\*":/g)].map(([, name = ""]) => name);
  expect(documented("Envoy log")).toEqual([...new Set(fields)].sort());
});
