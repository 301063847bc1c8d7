import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROBES, REST_PROBES, SHARED_ISSUER_PROBES } from "../../../../cli/verify/probes/probes";
import { ROOT } from "../../../support/places";

test("docs/how-to/verify-live.md lists every probe, in order, as the command prints it", () => {
  const text = readFileSync(join(ROOT, "docs/how-to/verify-live.md"), "utf8");
  const rows = text.split("\n").filter((line) => /^\| `[a-z-]+` \| .+\? \| /.test(line));
  const own = [...REST_PROBES, ...SHARED_ISSUER_PROBES].filter((probe) => !PROBES.includes(probe));
  expect(rows).toEqual(
    [...PROBES, ...own].map(({ id, question, settles }) => `| \`${id}\` | ${question} | ${settles} |`),
  );
});

test("names the probes of an HTTP API that do not run for a REST API", () => {
  const text = readFileSync(join(ROOT, "docs/how-to/verify-live.md"), "utf8");
  const [, section = ""] = text.split("### Where the gateway is a REST API");
  const left = PROBES.filter((probe) => !REST_PROBES.includes(probe)).map(({ id }) => `\`${id}\``);
  expect(section.replaceAll("\n", " ")).toContain(left.join(", "));
});

test("names the probes that also run for an environment without functions", () => {
  const text = readFileSync(join(ROOT, "docs/how-to/verify-live.md"), "utf8");
  const [, section = ""] = text.split("### Where Envoy decides");
  const shared = SHARED_ISSUER_PROBES.filter((probe) => PROBES.includes(probe)).map(({ id }) => `\`${id}\``);
  expect(section.replaceAll("\n", " ")).toContain(shared.join(", "));
});
