import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tokenCommand, tokenProgram } from "../../../../cli/local/token-command";

const folder = mkdtempSync(join(tmpdir(), "front-door-token-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("uses npm in a project with the script, and the package's own command in any other", () => {
  const programs = [undefined, "{}", "not JSON", '{"scripts":{"token":"front-door token"}}'].map((manifest) => {
    if (manifest !== undefined) writeFileSync(join(folder, "package.json"), manifest);
    return tokenProgram(folder);
  });
  const own = "npx --no-install front-door token";
  expect(programs).toEqual([own, own, own, "npm run -s token --"]);
});

test("quotes any caller's name as one word of a shell", () => {
  expect(tokenCommand("dev", "customers/web", "bob")).toMatch(/ dev --as customers\/web --user bob$/);
  expect(tokenCommand("dev", "aws/it's $(me)")).toMatch(/ dev --as 'aws\/it'\\''s \$\(me\)'$/);
});
