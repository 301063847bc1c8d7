import { notSimulatedInWords } from "../../../../packages/local-front-door/page/request-line";

test("one line says how many resources are not simulated, with the first of them", () => {
  expect(notSimulatedInWords(["aws_sqs_queue.jobs", "aws_cloudwatch_log_group.access"])).toMatch(
    /2 resources .*aws_sqs_queue\.jobs/,
  );
  expect(notSimulatedInWords(["aws_sqs_queue.jobs"])).toMatch(/1 resource .*aws_sqs_queue\.jobs/);
  expect(notSimulatedInWords([])).not.toContain("undefined");
});
