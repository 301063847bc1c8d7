import { cloudPlaces, knownServer } from "../../../cli/openapi/addresses";
import { openApiDocument } from "../../../cli/openapi/document";
import { dev } from "../../support/config-folder";
import { API_ID, ENTRA, ENTRA_MCP } from "../../support/mcp";
import { testAll } from "../../support/test-all";

const { toolsFor } = require("../../../examples/agent/tools.mjs");

const SIGNER = `  roles: { kind: aws-iam, accounts: ["111122223333"] }\n`;
const ROLE = `  exporter: { issuer: roles, subject: "arn:aws:iam::111122223333:role/export", scopes: [orders/read] }\n`;
const intent = dev(ENTRA_MCP.replace("issuers:\n", `issuers:\n${SIGNER}`).replace("clients:\n", `clients:\n${ROLE}`));
const document = openApiDocument(intent, {
  servers: knownServer("https://api.shop.example.com", "a test's"),
  places: cloudPlaces(intent),
});

const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.x`;
const entra = (claims: object) => jwt({ iss: ENTRA, aud: API_ID, ...claims });
const names = (token: string) => toolsFor(document, token).map(({ name }: { name: string }) => name);

test("the document asks for the scopes of Entra ID, each with its application", () => {
  const { security } = document.paths["/orders"]?.get ?? {};
  expect(security).toContainEqual({ workforce: [`api://${API_ID}/Orders.Read`] });
  expect(security).toContainEqual({ workforce: [`api://${API_ID}/Orders.Read.All`] });
  expect(document.components.securitySchemes.workforce).toMatchObject({ "x-scope-claims": ["roles", "scp"] });
});

testAll<[string, string]>([
  ["of a person of Entra ID", entra({ scp: "Orders.Read openid" })],
  ["of a program of Entra ID", entra({ roles: ["Orders.Read.All"] })],
  [
    "of a user pool",
    jwt({ iss: "https://cognito-idp.eu-west-1.amazonaws.com/x", token_use: "access", scope: "orders/read" }),
  ],
  ["whose scopes only config knows", jwt({ iss: "https://partner.example.com", aud: "shop", sub: "exporter" })],
  ["that an AWS role signed", "aws-iam.e30"],
])("a token %s has the tools that it opens", (_, token) => {
  expect(names(token)).toContain("orders_get_orders");
});

testAll<[string, string]>([
  ["of another issuer", jwt({ iss: "https://evil.example", scp: "Orders.Read" })],
  ["without a scope", entra({})],
  ["with a scope for another claim", entra({ groups: ["Orders.Read"] })],
  ["with our name of a scope", entra({ scp: "orders/read" })],
])("a token %s has no tool, which is an error", (_, token) => {
  expect(() => names(token)).toThrow(/the token/);
});
