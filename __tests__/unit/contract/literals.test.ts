import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CALLER_HEADERS,
  REROUTING_HEADERS,
  ROUTE_HEADER,
  SERVICE_TOKEN_HEADER,
} from "../../../contract/caller-headers";
import { POLICY_FILE } from "../../../contract/policy-file";
import {
  AWS_TRACE_HEADER,
  CLOUD_TRACE_FIELD,
  CLOUD_TRACE_HEADER,
  TRACEPARENT_HEADER,
} from "../../../contract/trace-context";

const ROOT = join(__dirname, "..", "..", "..");
/**
 * The local front door is an independent model of the clouds' decisions, so it has its own literal of Cloud Run's
 * header.
 */
const FOLDERS = ["intent", "stacks", "functions", "packages/terraform-access-review", "cli"];

test("sources outside contract/ do not repeat agreed names as literals", () => {
  const names = [
    ...Object.values(CALLER_HEADERS),
    ...REROUTING_HEADERS,
    ROUTE_HEADER,
    SERVICE_TOKEN_HEADER,
    POLICY_FILE,
    AWS_TRACE_HEADER,
    CLOUD_TRACE_FIELD,
    CLOUD_TRACE_HEADER,
    TRACEPARENT_HEADER,
  ];
  const literal = new RegExp(`"(${names.join("|")})"`, "i");
  const found = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .filter((name) => literal.test(readFileSync(join(ROOT, folder, name), "utf8")))
      .map((name) => `${folder}/${name}`),
  );
  expect(found).toEqual([]);
});
