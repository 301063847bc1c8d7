import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeWhere } from "../../support/describe-where";
import { ROOT } from "../../support/places";
import { BothHandshakes, type Decided } from "./handshakes/both-handshakes";
import { casesByRoute } from "./handshakes/by-route";
import type { Case } from "./handshakes/cases";
import { DIFFERENCES, differencesTable, HEADING } from "./handshakes/differences";
import { forgedTokens } from "./handshakes/forged";
import { partnersTokens } from "./handshakes/partners";
import { treacherousPaths } from "./handshakes/paths";
import { envoyBinary } from "./support/binary";

const binary = envoyBinary();

interface Seen extends Decided {
  readonly name: string;
  readonly line: string;
}

/**
 * Responses of the example's `preview`, with one more issuer, under both handshakes. The tests synthesize and run it.
 */
describeWhere("missing" in binary ? binary.missing : undefined, "a request to each of the three verifiers", () => {
  const seen: Seen[] = [];
  let routes: readonly string[] = [];

  beforeAll(async () => {
    const both = await BothHandshakes.open("envoy" in binary ? binary.envoy : "");
    routes = both.routes.map(([key]) => key);
    const decide = async ({ name, line, headers }: Case) => {
      const [method = "", target = ""] = line.split(" ");
      seen.push({ name, line, ...(await both.decide({ method, target, headers: headers?.() ?? [] })) });
    };
    try {
      const cases = [
        ...(await casesByRoute(both)),
        ...(await forgedTokens(both)),
        ...partnersTokens(both),
        ...treacherousPaths(both),
      ];
      for (const each of cases) await decide(each);
    } finally {
      await both.close();
    }
  });

  const statuses = ({ authorizer, envoy, gateway }: Decided) => ({ authorizer, envoy, gateway });
  const listed = (name: string) => DIFFERENCES.find(({ cases }) => cases.includes(name))?.answers;

  test("passes all three with a valid token on every route, and none without a token", () => {
    const on = (name: string) => seen.filter((each) => each.name === name);
    const all = (status: number) => routes.map(() => ({ authorizer: status, envoy: status, gateway: status }));
    expect(routes.length).toBeGreaterThan(10);
    expect(on("a right token").map(statuses)).toEqual(all(200));
    expect(on("no token").map(statuses)).toEqual(all(401));
  });

  test("gets the same response from all three, except for the listed differences", () => {
    expect(seen.length).toBeGreaterThan(200);
    const unlisted = seen.filter((each) => {
      const { authorizer, envoy, gateway } = listed(each.name) ?? {
        ...each,
        envoy: each.authorizer,
        gateway: each.authorizer,
      };
      return authorizer !== each.authorizer || envoy !== each.envoy || gateway !== each.gateway;
    });
    expect(unlisted.map(({ name, line, ...each }) => [name, line, statuses(each)])).toEqual([]);
  });

  test("is one of as many requests as the docs state", () => {
    const said = Object.entries({
      "shared-issuer.md": /sends (\d+) requests/,
      "choosing-a-handshake.md": /that list with (\d+) requests/,
    }).map(([file, sentence]) => sentence.exec(readFileSync(join(ROOT, "docs/explanation", file), "utf8"))?.[1]);
    expect(said).toEqual([`${seen.length}`, `${seen.length}`]);
  });

  test("shows each listed difference in each of its cases, and each case is listed once", () => {
    const names = DIFFERENCES.flatMap(({ cases }) => cases);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names.filter((name) => !seen.some((each) => each.name === name))).toEqual([]);
    const alike = DIFFERENCES.filter(
      ({ answers: { authorizer, envoy, gateway } }) => authorizer === envoy && envoy === gateway,
    );
    expect(alike).toEqual([]);
  });

  test("that the authorizer refuses passes Envoy only with the issuer's own keys, and with no extra scope", () => {
    const passed = seen.filter(({ authorizer, envoy }) => authorizer !== 200 && envoy === 200);
    expect(passed.map(({ name }) => name)).toEqual([
      ...["a key with ROCA's fingerprint", "a key with the exponent 3"],
      ...["a key that is not for verifying", "a key with its private half"],
      ...["a signature with a spare bit", "a curve's signature with a spare bit"],
      ...["issued in a minute", "scopes as a list", "9 kB", "11 kB"],
    ]);
    for (const { headersByEnvoy } of passed) {
      expect(headersByEnvoy).toEqual(["ann", "customers/web", "-", "orders/read", "customers", "GET /orders"]);
    }
  });

  test("gives the app the same caller, scopes and route under both handshakes", () => {
    const passed = seen.filter(({ headersByAuthorizer, headersByEnvoy }) => headersByAuthorizer && headersByEnvoy);
    expect(passed.length).toBeGreaterThan(routes.length);
    expect(passed.map(({ headersByEnvoy }) => headersByEnvoy)).toEqual(
      passed.map(({ headersByAuthorizer }) => headersByAuthorizer),
    );
  });
});

/** The tables below the heading, up to the next one. */
function tableUnder(text: string, heading: string): string {
  const [, below = ""] = text.split(`\n${heading}\n`);
  const lines = (below.split("\n## ")[0] ?? "").split("\n");
  return lines.filter((line) => line.startsWith("|")).join("\n");
}

test("docs/explanation/shared-issuer.md has one row for each tested difference", () => {
  const text = readFileSync(join(ROOT, "docs/explanation/shared-issuer.md"), "utf8");
  expect(tableUnder(text, HEADING)).toBe(differencesTable());
});
