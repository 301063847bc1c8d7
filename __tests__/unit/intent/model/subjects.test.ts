import { subjectsOf } from "../../../../intent/model/subjects";

const REPOSITORY = { name: "acme/storefront", ownerId: "1234567", id: "7654321" };

test("a subject names the repository and the GitHub environment, or a pull request, in each of GitHub's formats", () => {
  expect(subjectsOf(REPOSITORY, "named", ["environment:prod", "pull_request"])).toEqual([
    "repo:acme/storefront:environment:prod",
    "repo:acme/storefront:pull_request",
  ]);
  expect(subjectsOf(REPOSITORY, "immutable", ["environment:prod"])).toEqual([
    "repo:acme@1234567/storefront@7654321:environment:prod",
  ]);
  expect(subjectsOf(REPOSITORY, "both", ["environment:prod"])).toEqual([
    "repo:acme/storefront:environment:prod",
    "repo:acme@1234567/storefront@7654321:environment:prod",
  ]);
});
