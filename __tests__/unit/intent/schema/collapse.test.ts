import { collapse } from "../../../../intent/schema/collapse";
import type { Finding } from "../../../../intent/source/finding";

const inBase = { file: "config/base.yaml", line: 7, column: 3 };
const inDev = { file: "config/dev.yaml", line: 2, column: 1 };
const inProd = { file: "config/prod.yaml", line: 9, column: 1 };
const finding = (origin: Finding["origin"], more: Partial<Finding> = {}): Finding => ({
  origin,
  path: ["name"],
  message: "got a, expected b",
  remedy: "do c",
  ...more,
});

test("a fault that all environments inherit is one problem, in the base file", () => {
  expect(
    collapse([
      { environment: "dev", findings: [finding(inBase)] },
      { environment: "prod", findings: [finding(inBase)] },
    ]),
  ).toEqual([
    {
      ...inBase,
      path: "name",
      reference: "docs/reference/config.md#name",
      message: "got a, expected b",
      remedy: "do c",
    },
  ]);
});

test("a fault of the base file that affects only some environments names them", () => {
  expect(
    collapse([
      { environment: "dev", findings: [finding(inBase)] },
      { environment: "staging", findings: [finding(inBase)] },
      { environment: "prod", findings: [] },
    ]),
  ).toMatchObject([{ ...inBase, message: "got a, expected b in dev, staging" }]);
});

test("a key that is missing in every overlay is reported in the base", () => {
  expect(
    collapse([
      { environment: "dev", findings: [finding(inDev, { shared: inBase })] },
      { environment: "prod", findings: [finding(inProd, { shared: inBase })] },
    ]),
  ).toMatchObject([{ ...inBase, message: "got a, expected b" }]);
});

test("a key that one overlay lacks is reported there, even if there is only one overlay", () => {
  const findings = [finding(inDev, { shared: inBase })];
  expect(
    collapse([
      { environment: "dev", findings },
      { environment: "prod", findings: [] },
    ]),
  ).toMatchObject([inDev]);
  expect(collapse([{ environment: "dev", findings }])).toMatchObject([inDev]);
});

test("the same fault in two overlays is two problems", () => {
  expect(
    collapse([
      { environment: "dev", findings: [finding(inDev)] },
      { environment: "prod", findings: [finding(inProd)] },
    ]),
  ).toMatchObject([inDev, inProd]);
});
