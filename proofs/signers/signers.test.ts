import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWhere } from "../../__tests__/support/describe-where";
import { printed } from "../../__tests__/support/documentation";
import { ROOT } from "../../__tests__/support/places";
import { folderWithPython, pythonWithPackages } from "../../__tests__/support/python/python";
import { DocumentedStack } from "../../__tests__/system/examples/support/documented-stack";
import { MISSING_TOOLS, Shell } from "../../__tests__/system/examples/support/shell";
import { type Clouds, startClouds } from "../../packages/local-front-door/clouds";

jest.setTimeout(60_000);

const ROLE = "arn:aws:iam::111122223333:role/stock-report";
const aws = pythonWithPackages();
const missing = MISSING_TOOLS ?? ("missing" in aws ? aws.missing : undefined);
const path = "python" in aws ? [folderWithPython(aws.python)] : [];
afterAll(() => {
  for (const folder of path) rmSync(folder, { recursive: true, force: true });
});

/** The program that signs with AWS's SDK for Go, or one line with the reason why there is none. */
function goProgram(): { readonly program: string } | { readonly missing: string } {
  const folder = mkdtempSync(join(tmpdir(), "front-door-go-"));
  path.push(folder);
  const program = join(folder, "aws-iam-go");
  const source = join(__dirname, "go");
  const { status, stderr, error } = spawnSync("go", ["build", "-o", program, "."], { cwd: source, encoding: "utf8" });
  return status === 0 ? { program } : { missing: `go build: ${error?.message ?? stderr.trim().split("\n").at(-1)}` };
}

const go = missing === undefined ? goProgram() : { missing };

describeWhere(missing, "an AWS role that signs for itself", () => {
  describe.each(["http", "rest"] as const)("at a %s API", (kind) => {
    let stack: DocumentedStack;
    let clouds: Clouds;

    beforeAll(async () => {
      stack = new DocumentedStack(kind);
      clouds = await startClouds({ stackFile: stack.file, gateway: { throttling: false } });
    });
    afterAll(async () => {
      await clouds?.stop();
      stack?.remove();
    });

    /** The answer of the service or the gateway, and the authorizer's log line. */
    async function call(script: string, principal = ROLE) {
      const { accessKeyId, secretAccessKey, sessionToken } = clouds.aws.outsideCredentials(principal);
      const shell = new Shell(
        {
          api: `${clouds.url}/`,
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          AWS_SESSION_TOKEN: sessionToken,
          AWS_EC2_METADATA_DISABLED: "true",
        },
        { path },
      );
      try {
        const { out, error } = await shell.run(`cd ${ROOT}; ${script}`);
        const answer = out === "" ? {} : JSON.parse(out);
        const lines = clouds.functions.flatMap(({ log }) => log.splice(0)).map((line) => JSON.parse(line));
        return {
          saw: answer.service ?? answer.message ?? error,
          judged: lines.map((line) => line.reason ?? line.client),
        };
      } finally {
        shell.remove();
      }
    }

    const REFUSED = { http: "Forbidden", rest: "Unauthorized" }[kind];

    test.each(["aws-iam-python", "aws-iam-node"])("%s: calls as the client whose role it is", async (program) => {
      const script = printed(`run: ${program}`);
      expect(await call(script)).toEqual({ saw: "storefront-dev-orders", judged: [`roles/${ROLE}`] });
      const other = await call(script, ROLE.replace("1111", "9999"));
      expect(other.judged).toEqual(["subject-unknown"]);
    });

    test.each(["aws-iam-python", "aws-iam-node"])("%s: its token opens no other front door", async (program) => {
      const script = printed(`run: ${program}`);
      expect(await call(script.replace("storefront-dev", "storefront-prod"))).toEqual({
        saw: REFUSED,
        judged: ["audience"],
      });
      expect((await call(script.replace('"$api"', "https://api.other.example"))).judged).toEqual(["audience"]);
      expect((await call(script.replace("eu-west-1", "us-east-1"))).judged).toEqual(["token-shape"]);
    });

    describeWhere("missing" in go ? go.missing : undefined, "with AWS's SDK for Go", () => {
      const program = "program" in go ? go.program : "";
      const script = (parts: string) =>
        `token=$("${program}" "$api" ${parts})
         printf 'header = "Authorization: Bearer %s"\\n' "$token" | curl --config - "\${api}orders/export"`;

      test("calls as the client whose role it is, and opens no other front door", async () => {
        const own = script("storefront-dev eu-west-1");
        expect(await call(own)).toEqual({ saw: "storefront-dev-orders", judged: [`roles/${ROLE}`] });
        expect((await call(own, ROLE.replace("1111", "9999"))).judged).toEqual(["subject-unknown"]);
        expect(await call(script("storefront-prod eu-west-1"))).toEqual({ saw: REFUSED, judged: ["audience"] });
      });

      test("is refused if it signs the length of the body", async () => {
        expect((await call(script("storefront-dev eu-west-1 signed-length"))).judged).toEqual(["token-claims"]);
      });
    });
  });
});
