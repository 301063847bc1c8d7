import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { ProjectCopy } from "../../../support/command";
import { moveAccountsToDocument } from "../../../support/documents";
import { LocalCommand } from "../../../support/local-command";

jest.setTimeout(120_000);

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

const DOCUMENT = "config/openapi/accounts.yaml";
const git = (...parameters: readonly string[]) => {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  const done = spawnSync("git", [...identity, ...parameters], { cwd: project.folder, encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
};
const synthesized = () =>
  Object.fromEntries(
    readdirSync(project.path("synthesized"), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [`${parentPath}/${name}`, readFileSync(`${parentPath}/${name}`, "utf8")]),
  );

const reversed = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
};

describe("a service whose routes come from an OpenAPI document", () => {
  const byHand = synthesized();

  beforeAll(() => {
    moveAccountsToDocument(project.path("config"));
  });

  test("synthesizes the same bytes as the routes written by hand", () => {
    expect(project.run(["synth"])).toMatchObject({ code: 0 });
    expect(Object.keys(byHand).length).toBeGreaterThan(10);
    expect(synthesized()).toEqual(byHand);
  });

  test("synthesizes the same bytes whatever the order of the document's keys", () => {
    const text = readFileSync(project.path(DOCUMENT), "utf8");
    writeFileSync(project.path(DOCUMENT), stringify(reversed(parse(text))));
    expect(project.run(["synth", "--check", "dev"])).toMatchObject({ code: 0 });
    writeFileSync(project.path(DOCUMENT), text);
  });

  describe("when the document requires another scope", () => {
    let honest = "";
    let dropped = "";

    beforeAll(() => {
      honest = accountsDocumentOf("accounts/support");
      dropped = accountsDocumentOf("accounts/read");
      writeFileSync(project.path(".gitignore"), "node_modules\n.build\ncdktf.out\n");
      writeFileSync(project.path(DOCUMENT), honest);
      git("init", "-q", "-b", "main");
      git("add", "-A");
      git("commit", "-qm", "base");
      writeFileSync(project.path(DOCUMENT), dropped);
    });

    test("the freshness check finds synthesized/ stale", () => {
      const { code, error } = project.run(["synth", "--check", "dev"]);
      expect([code, error]).toEqual([1, expect.stringContaining("synthesized/dev/access.md")]);
    });

    test("the review says that access broadened, at the document's line", () => {
      const { code, out } = project.run(["review", "dev"]);
      expect(code).toBe(0);
      expect(out).toMatch(/^dev: .*access broadened\n/);
      const line = dropped.split("\n").indexOf("  /accounts/{id}:") + 2;
      expect(out).toContain(`customers/web may now call GET /accounts/{id}  (${DOCUMENT}:${line})`);
    });

    test("an open local front door applies the change", async () => {
      writeFileSync(project.path(DOCUMENT), honest);
      const door = new LocalCommand(project, "dev");
      const afterChange = async (text: string, pattern: RegExp) => {
        const since = door.length;
        writeFileSync(project.path(DOCUMENT), text);
        await door.prints(pattern, since);
      };
      try {
        const [, url = ""] = await door.prints(/^dev: (http:\S+) .*ready in/m);
        // The door watches the folder as soon as it has printed this, so before it answers.
        expect((await fetch(`${url}/products`)).status).toBe(200);
        const broken = "openapi: 3.1.0\ninfo: {}\npaths: { /accounts/me: { get: {} } }\n";
        await afterChange(
          broken,
          /GET \/accounts\/me +operation +no security +accounts\.yaml:3\n[\s\S]*the door stays as it was/,
        );
        await afterChange(dropped, /ready in/);
      } finally {
        await door.close();
      }
    });
  });
});

/** The same document, in which `GET /accounts/{id}` asks for this scope. */
function accountsDocumentOf(scope: string) {
  const document = parse(readFileSync(project.path(DOCUMENT), "utf8"));
  document.paths["/accounts/{id}"].get.security = [{ oauth: [scope] }];
  return stringify(document);
}
