import { expectationFaults } from "../../../../cli/expectations/assert";
import { intentOf } from "../../../support/shop";
import { testAll } from "../../../support/test-all";

const [statement] = intentOf("dev").expectations;
const place = { file: "config/expectations.yaml", line: 3, column: 5, path: "dev[0].grantsNothing" };

/** Faults about addresses of this stack, which dev states to grant nothing. */
function faults(address: string) {
  const stated = { roles: {}, grantsNothing: [address], addresses: [{ address, place }] };
  const intent = { ...intentOf("dev"), expectations: [{ ...statement, targets: [], stated }] } as never;
  const stack = { provider: {}, resource: { aws_sqs_queue: { jobs: {} } }, module: { network: {} } };
  return expectationFaults(intent, stack, [], () => undefined);
}

testAll(["aws_sqs_queue.jobs", "module.network"])("%s is in the stack", (address) => {
  expect(faults(address)).toEqual([]);
});

testAll(["aws_sqs_queue.other", "aws_sns_topic.jobs", "module.other"])("%s is not, which is an error", (address) => {
  expect(faults(address)).toEqual([
    expect.stringMatching(/^config\/expectations\.yaml:3:5 {2}dev\[0\]\.grantsNothing /),
  ]);
});
