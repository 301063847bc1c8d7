import { configFiles, mayBeEnvironment, overlayFile } from "../../../../intent/source/environments";

test("every YAML file is an environment, except the base and the program's other files", () => {
  const files = [
    "prod.yaml",
    "base.yaml",
    "dev.yaml",
    "bootstrap.yaml",
    "allowances.yaml",
    "expectations.yaml",
    "imports.yaml",
    "eu-2.yaml",
  ];
  expect(configFiles([...files, "schema.json", "README.md", "dev.yaml~"])).toEqual({
    environments: ["dev", "eu-2", "prod"],
    strays: [],
  });
});

test("environments sort by name, not by file name", () => {
  expect(configFiles(["a-b.yaml", "a.yaml"]).environments).toEqual(["a", "a-b"]);
});

test.each([
  "dev.yml",
  "Dev.yaml",
  "dev.YAML",
  "my_env.yaml",
  "-dev.yaml",
  ".yaml",
  ".dev.yaml",
  "1st.yaml",
  "base.yml",
  "all.yaml",
  "local.yaml",
])("%s is an error instead of being ignored", (file) => {
  const { environments, strays } = configFiles([file]);
  expect(environments).toEqual([]);
  expect(strays).toMatchObject([{ file, message: expect.stringContaining(`got the file name "${file}"`) }]);
});

test("the remedy names the file that was probably meant", () => {
  expect(configFiles(["Dev.yml"]).strays[0]?.remedy).toContain("rename it to dev.yaml");
  expect(configFiles(["my_env.yaml"]).strays[0]?.remedy).toContain("as in dev.yaml");
});

test("an environment's name is no word that stands for something else", () => {
  const stands = (file: string) => configFiles([file]).strays[0]?.message;
  expect(stands("all.yaml")).toContain("its name stands for every environment in config/expectations.yaml");
  expect(stands("local.yaml")).toContain("its name stands for this machine's front door in npm run trace");
  expect(["all", "local", "bootstrap", "dev"].map(mayBeEnvironment)).toEqual([false, false, false, true]);
});

test("an environment's file is shown from the project's folder", () => {
  expect(overlayFile("dev")).toBe("config/dev.yaml");
});
