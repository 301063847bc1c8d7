import { jobUrls, placeUrls, repositoryOfJob, repositoryOfRemote } from "../../../../cli/process/place-urls";

const COMMIT = "0123456789012345678901234567890123456789";
const shop = { repository: "https://github.com/acme/shop", commit: COMMIT, folder: "" };

test.each([
  ["config/base.yaml:41", `https://github.com/acme/shop/blob/${COMMIT}/config/base.yaml#L41`],
  ["synthesized/dev/access.md", `https://github.com/acme/shop/blob/${COMMIT}/synthesized/dev/access.md`],
  ["config/a](https://evil.example)", undefined],
  ['config/"onclick="x:1', undefined],
  ["config/base.yaml:41:7", undefined],
])("%s is shown at %s", (place, url) => {
  expect(placeUrls(shop)(place)).toBe(url);
});

test("URLs contain the project's folder in its repository; without a repository there are none", () => {
  expect(placeUrls({ ...shop, folder: "my door/" })("config/base.yaml:1")).toBe(
    `https://github.com/acme/shop/blob/${COMMIT}/my%20door/config/base.yaml#L1`,
  );
  expect(placeUrls(undefined)("config/base.yaml:1")).toBeUndefined();
});

test.each([
  ["git@github.com:acme/shop.git", "https://github.com/acme/shop"],
  ["https://github.com/acme/shop", "https://github.com/acme/shop"],
  ["ssh://git@github.example.com/acme/shop.git", "https://github.example.com/acme/shop"],
  // The part before the host may be a password.
  ["https://user:secret@github.com/acme/shop.git", undefined],
  ["https://gitlab.com/acme/shop.git", undefined],
  ["/srv/git/shop", undefined],
])("the remote %s is the repository %s", (remote, repository) => {
  expect(repositoryOfRemote(remote)).toBe(repository);
});

test("a job's repository comes only from GitHub's variables", () => {
  const job = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "acme/shop" };
  expect(repositoryOfJob(job)).toBe("https://github.com/acme/shop");
  for (const odd of [{}, { ...job, GITHUB_SERVER_URL: "javascript:alert(1)//" }, { ...job, GITHUB_REPOSITORY: "a/b)" }])
    expect(repositoryOfJob(odd)).toBeUndefined();
  expect(jobUrls({ ...job, GITHUB_SHA: "main" }, () => "")("synthesized/dev/access.md")).toBeUndefined();
  expect(jobUrls({ ...job, GITHUB_SHA: COMMIT }, () => "")("synthesized/dev/access.md")).toContain(`/blob/${COMMIT}/`);
});
