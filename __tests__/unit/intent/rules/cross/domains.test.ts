import { BASE, DEV, otherIssuers, problemsOf } from "../../../../support/config-folder";

const domain = (name: string) => `gateway: { domain: { name: ${name} } }\n`;
const faults = (dev: string, prod: string, base = "") =>
  problemsOf({
    "base.yaml": BASE.replace("gateway:\n", `gateway:\n${base}`),
    "dev.yaml": `${DEV}${dev}`,
    "prod.yaml": `google: { project: shop-prod, ownsProject: true }\nstate: { bucket: shop-prod }\n${otherIssuers("prod")}${prod}`,
  }).map(({ file, path, message }) => `${file} ${path}  ${message}`);

test("two environments never claim one name", () => {
  expect(faults(domain("api.shop.example.com"), `# A line further down.\n${domain("api.shop.example.com")}`)).toEqual([
    "config/dev.yaml gateway.domain.name  got api.shop.example.com, which is that of prod, expected a name of its own for each environment",
    "config/prod.yaml gateway.domain.name  got api.shop.example.com, which is that of dev, expected a name of its own for each environment",
  ]);
});

test("what the base file gives both is said once", () => {
  expect(faults("", "", "  domain: { name: api.shop.example.com }\n")).toEqual([
    expect.stringContaining("config/base.yaml gateway.domain.name  got api.shop.example.com, which is that of"),
  ]);
});

test("names of their own are no clash", () => {
  expect(faults(domain("dev.shop.example.com"), domain("api.shop.example.com"))).toEqual([]);
});
