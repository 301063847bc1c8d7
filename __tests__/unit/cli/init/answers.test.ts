import { answersOf, type GivenFlags, QUESTIONS, suggestion, wordOf } from "../../../../cli/init/answers";

const faultOf = (flag: string, text: string, given: GivenFlags = { environments: "dev,prod" }) =>
  QUESTIONS.find((question) => question.flag === flag)?.fault(text, given);

test("every default fits its own question", () => {
  let given: GivenFlags = {};
  for (const { flag, suggested } of QUESTIONS) given = { ...given, [flag]: suggested(given, "/home/ann/My Shop") };
  expect(given).toMatchObject({ name: "my-shop", environments: "dev,prod", googleProject: "my-shop-dev,my-shop-prod" });
  expect(QUESTIONS.map(({ flag, fault }) => [flag, fault(given[flag] ?? "", given)])).toEqual(
    QUESTIONS.map(({ flag }) => [flag, undefined]),
  );
});

test("refuses an answer that does not fit its question", () => {
  const wrong = {
    name: ["Shop", "shop_1", "-shop", ""],
    environments: [
      "dev, ",
      "Dev",
      "dev prod",
      "dev,dev",
      "dev,base",
      "allowances",
      "imports",
      "bootstrap",
      "bootstrap-dev",
    ],
    awsAccount: ["12", "11112222333a", "111122223333,111122223333,111122223333"],
    awsRegion: ["eu", "europe-west1", "us-esat-1", "cn-north-1"],
    googleProject: ["x", "Shop-Project", "a-project,b-project,c-project"],
    googleRegion: ["eu-west-1", "europe", "europe-wst1"],
    issuer: ["ftp://issuer.example.com", "okta", "http://issuer.example.com", "https://localhost"],
    handshake: ["shared", ""],
    service: ["Orders", "a b"],
    image: ["", "an image", "image@sha256:12"],
    core: ["", "cdktn", "toString"],
  };
  for (const [flag, texts] of Object.entries(wrong)) {
    for (const text of texts) expect([flag, text, typeof faultOf(flag, text)]).toEqual([flag, text, "string"]);
  }
});

test("suggests the region that was probably meant", () => {
  expect(faultOf("awsRegion", "us-esat-1")).toContain("did you mean us-east-1?");
  expect(faultOf("googleRegion", "europe-wst1")).toContain("did you mean europe-west1?");
  expect(faultOf("awsRegion", "cn-north-1")).not.toContain("did you mean");
});

test("does not offer a default that does not fit", () => {
  const [project] = QUESTIONS.filter(({ flag }) => flag === "googleProject");
  if (project === undefined) throw new Error("no such question");
  const of = (name: string) => suggestion(project, { name, environments: "qa" }, "/");
  expect(["ab", "abc", "a".repeat(27), "a".repeat(28)].map(of)).toEqual([
    undefined,
    "abc-qa",
    `${"a".repeat(27)}-qa`,
    undefined,
  ]);
});

test("accepts one account for all environments, or a list with one for each", () => {
  const given = {
    name: "shop",
    environments: "dev, prod",
    awsAccount: "111122223333",
    awsRegion: "eu-west-1",
    googleProject: "shop-dev, shop-live",
    googleRegion: "europe-west1",
    issuer: "cognito",
    handshake: "federated",
    service: "orders",
    image: "registry.example.com/orders:1",
    core: "cdktf",
  };
  expect(answersOf(given)).toMatchObject({
    environments: ["dev", "prod"],
    awsAccounts: ["111122223333", "111122223333"],
    googleProjects: ["shop-dev", "shop-live"],
  });
});

test("turns a folder's name into a name that the config accepts", () => {
  const names = ["My_API 2", "42-orders", "über", "a".repeat(40), "...", "orders-and-customers-api"];
  expect(names.map(wordOf)).toEqual(["my-api-2", "orders", "ber", "a".repeat(15), "front-door", "orders-and-cust"]);
});
