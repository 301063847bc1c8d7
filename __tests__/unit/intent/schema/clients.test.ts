import { clients } from "../../../../intent/schema/clients";

const parse = (client: unknown) => clients.safeParse({ x: client });
const USER = {
  issuer: "customers",
  grant: "authorization_code",
  callbackUrls: ["https://a.example.com/cb"],
  logoutUrls: ["https://a.example.com"],
  scopes: ["orders/read"],
};
const MACHINE = { issuer: "customers", grant: "client_credentials", scopes: ["orders/read"] };
const EXTERNAL = { issuer: "aws", subject: "a-subject", scopes: ["orders/read"] };

test("a client without a grant is external", () => {
  expect(parse(EXTERNAL).data).toEqual({ x: { ...EXTERNAL, grant: "external", allowWrites: false, disabled: false } });
});

test("people and programs differ by their grant", () => {
  expect(parse(USER).data).toEqual({ x: { ...USER, allowWrites: false, disabled: false } });
  expect(parse(MACHINE).data).toEqual({ x: { ...MACHINE, allowWrites: false, disabled: false } });
});

test.each([
  ["people without callback URLs", { ...USER, callbackUrls: undefined }],
  ["people with readers", { ...USER, readers: ["arn:aws:iam::111122223333:role/a"] }],
  ["a program with callback URLs", { ...MACHINE, callbackUrls: ["https://a.example.com"] }],
  ["a program without scopes", { ...MACHINE, scopes: [] }],
  ["a program without an issuer", { ...MACHINE, issuer: undefined }],
  ["a subject without scopes", { ...EXTERNAL, scopes: undefined }],
  ["a program with a subject", { ...MACHINE, subject: "a-subject" }],
  ["a claim that is not text", { ...EXTERNAL, claims: { repository: 7 } }],
  ["a kind other than agent", { ...EXTERNAL, kind: "robot" }],
  ["the implicit grant", { ...USER, grant: "implicit" }],
])("%s: refused", (_, client) => {
  expect(parse(client).success).toBe(false);
});
