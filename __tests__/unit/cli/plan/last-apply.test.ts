import { ApplyRecord, type LastApply } from "../../../../cli/plan/last-apply";
import type { PlanFolder } from "../../../../cli/plan/plan-folder";

const full = Object.assign(new Error("full"), { code: "ENOSPC", syscall: "write", path: "/full/last-apply.json" });
/** A folder that takes as many records as it has space for. */
function folderFor(space: number) {
  const records: LastApply[] = [];
  const write = (_: string, record: unknown) => {
    if (records.length === space) throw full;
    records.push(record as LastApply);
  };
  return { records, folder: { write } as unknown as PlanFolder };
}

test("a full disk stops an apply before Terraform runs, and no longer once it runs", () => {
  expect(() => new ApplyRecord(folderFor(0).folder, 1, () => 0)).toThrow(full);
  const printed = jest.spyOn(console, "error").mockImplementation();
  const { folder, records } = folderFor(1);
  let group = 0;
  const record = new ApplyRecord(folder, 1, () => group);
  group = process.pid;
  record.begin("aws_iam_role.orders");
  record.end("aws_iam_role.orders", "done");
  record.write("done");
  expect(record.describe()).toBe("1 of 1 changes were applied");
  expect(records.map(({ status }) => status)).toEqual(["running"]);
  expect(printed.mock.calls.map(([text]) => String(text).split(":")[0])).toEqual(["/full/last-apply.json"]);
  printed.mockRestore();
});
