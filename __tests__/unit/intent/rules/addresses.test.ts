import { faults } from "../../../support/config-folder";

const REST = `aws: { ownsAccount: true }
gateway: { kind: rest, cors: { origins: [https://shop.example.com] }, defaultPlan: { quota: { requests: 10, per: day } } }
`;

const service = (...routes: readonly string[]) =>
  `{ image: docker.io/acme/x, routes: { ${routes.map((key) => `"${key}": public`).join(", ")} } }`;

test("the address of an issuer and a service together is unique", () => {
  const scoped = (id: string) => `${id}: { image: docker.io/acme/x, routes: { GET /${id}: { scopes: [${id}/read] } } }`;
  const pools =
    "issuers: { a: { kind: cognito, domainPrefix: shop-a }, a-b: { kind: cognito, domainPrefix: shop-b } }\n";
  const found = faults(`${pools}services: { ${scoped("b-c")}, ${scoped("c")} }`);
  expect(found).toEqual([
    "issuers.a  got aws_cognito_resource_server.a_b_c in Terraform for the scopes of b-c at the issuer a, and for the scopes of c at the issuer a-b, expected a unique address for each",
    "issuers.a-b  got aws_cognito_resource_server.a_b_c in Terraform for the scopes of c at the issuer a-b, and for the scopes of b-c at the issuer a, expected a unique address for each",
  ]);
  expect(faults(`${pools}services: { ${scoped("b-c")}, c: ${service("GET /c")} }`)).toEqual([]);
  const renamed = scoped("c").replace("c: { image", "d: { previousName: c, image");
  expect(faults(`${pools}services: { ${scoped("b-c")}, ${renamed} }`)).toHaveLength(2);
});

test("the usage key of a caller that an issuer lists is unique", () => {
  const callers = (more: string) => `issuers: { workforce: { clients: [0oa1example, x] } }\nclients: { ${more} }\n`;
  const clash = "workforce-x: { issuer: partner, subject: x, scopes: [orders/read] }";
  expect(faults(`${REST}${callers(clash)}`)).toEqual([
    "issuers.workforce.clients[1]  got aws_api_gateway_api_key.workforce_x in Terraform for the usage of workforce/x, and for the usage of the client workforce-x, expected a unique address for each",
    "clients.workforce-x  got aws_api_gateway_api_key.workforce_x in Terraform for the usage of the client workforce-x, and for the usage of workforce/x, expected a unique address for each",
  ]);
  expect(faults(`${REST}issuers: { workforce: { clients: [abc, Abc] } }`)).toHaveLength(2);
  // No usage keys, because there is no plan, or no service admits the client.
  expect(faults(callers(clash))).toEqual([]);
  expect(faults(`${REST.replace(/, defaultPlan.*/, " }")}${callers(clash)}`)).toEqual([]);
  expect(faults(`${REST}${callers(clash.replace("issuer", "disabled: true, issuer"))}`)).toEqual([]);
});

test("the preflights of a path have a unique address", () => {
  const clash = `services: { preflight: ${service("GET /x")}, other: ${service("GET /get/x")} }\n`;
  expect(faults(`${REST}${clash}`)).toEqual([
    'services.preflight.routes["GET /x"]  got aws_api_gateway_method.preflight_get_x in Terraform for GET /x, and for the preflights of /get/x, expected a unique address for each',
    'services.other.routes["GET /get/x"]  got aws_api_gateway_method.preflight_get_x in Terraform for the preflights of /get/x, and for GET /x, expected a unique address for each',
  ]);
  expect(faults(`${REST}services: { other: ${service("GET /", "POST /root")} }`)).toHaveLength(2);
  // No preflight methods, because there is no CORS, or it is an HTTP API, which answers preflights itself.
  expect(faults(`${REST.replace(/cors: \{[^}]*\}, /, "")}${clash}`)).toEqual([]);
  expect(faults(`gateway: { cors: { origins: [https://shop.example.com] } }\n${clash}`)).toEqual([]);
});
