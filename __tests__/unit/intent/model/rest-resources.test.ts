import { restResources } from "../../../../intent/model/rest-resources";

const addresses = (...paths: readonly string[]) => restResources(paths).map(({ path, address }) => [path, address]);

test("a path that does not begin with a letter has an address that does", () => {
  expect(addresses("/2fa", "/.well-known/jwks", "/{id}")).toEqual([
    ["/.well-known", "path_well_known"],
    ["/.well-known/jwks", "path_well_known_jwks"],
    ["/2fa", "path_2fa"],
    ["/{id}", "by"],
  ]);
});
