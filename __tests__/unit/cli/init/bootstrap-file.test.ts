import { answersOf } from "../../../../cli/init/answers";
import { configFiles } from "../../../../cli/init/project-files";
import { formatProblem } from "../../../../intent/model/problem";
import { loadFiles } from "../../../support/config-folder";

const ANSWERS = {
  name: "shop",
  environments: "dev,prod",
  awsAccount: "111122223333,222233334444",
  awsRegion: "eu-west-1",
  googleProject: "shop-dev,shop-prod",
  googleRegion: "europe-west1",
  issuer: "cognito",
  handshake: "federated",
  service: "orders",
  image: "europe-docker.pkg.dev/acme/shop/orders:1.0.0",
  core: "cdktf",
};

const files = configFiles(answersOf(ANSWERS));
const bootstrapsOf = (bootstrap: string) => {
  const result = loadFiles({ ...files, "bootstrap.yaml": bootstrap });
  return result.ok ? result.bootstraps.map(({ stack }) => stack) : result.problems.map(formatProblem);
};

test("the bootstrap that init writes counts as no file", () => {
  expect(bootstrapsOf(files["bootstrap.yaml"] ?? "")).toEqual([]);
});

test("without the marks of comments, and with the numbers, it is the bootstrap of each environment", () => {
  const body = (files["bootstrap.yaml"] ?? "").split("\n").slice(6);
  const filled = body
    .map((line) => line.replace(/^# ?/, ""))
    .join("\n")
    .replaceAll("OWNER", "acme")
    .replaceAll('""', '"1234567"');
  expect(bootstrapsOf(filled)).toEqual(["bootstrap-dev", "bootstrap-prod"]);
});
