import { regionMeant } from "../../../../intent/model/regions";

test.each([
  ["google", "eu-west1", "europe-west1"],
  ["google", "eu-west-1", "europe-west1"],
  ["google", "ap-northeast-1", "asia-northeast1"],
  ["google", "us-east-1", "us-east1"],
  ["google", "europe-wst4", "europe-west4"],
  ["google", "frankfurt", undefined],
  ["aws", "eu-wset-1", "eu-west-1"],
  ["aws", "us-gov-west-1", undefined],
] as const)("%s: %s was probably meant to be %s", (cloud, written, meant) => {
  expect(regionMeant(cloud, written)).toBe(meant);
});
