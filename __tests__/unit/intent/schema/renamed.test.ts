import { BASE, DEV, problemsOf } from "../../../support/config-folder";

test("a key of an older release is one error at its place, whose remedy names the new key or the other way", () => {
  const old = {
    'services: { orders: { secrets: { KEY: { secret: key, adders: ["group:a@example.com"] } } } }': [
      "services.orders.secrets.KEY.adders",
      "versionAdders",
    ],
    "gateway: { alsoServe: rest }": ["gateway.alsoServe", "docs/how-to/switch.md#http-api-and-rest-api"],
    "gateway: { beside: rest }": ["gateway.beside", "docs/how-to/switch.md#http-api-and-rest-api"],
  };
  for (const [changes, [path, name = ""]] of Object.entries(old)) {
    const found = problemsOf({ "base.yaml": BASE, "dev.yaml": `${DEV}${changes}` });
    expect(found.map((problem) => [problem.path, problem.remedy?.split(" ").includes(name)])).toEqual([[path, true]]);
  }
});
