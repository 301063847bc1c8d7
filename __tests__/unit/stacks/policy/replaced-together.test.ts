import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { violations } from "../../../support/policy";

const READER = "google_secret_manager_secret_iam_binding.orders_payment_key";
const SECRET = "google_secret_manager_secret.orders_payment_key";

test.each([
  [READER, "secret_id", `\${${SECRET}.secret_id}`],
  ["google_cloud_run_v2_service_iam_binding.orders", "name", "${google_cloud_run_v2_service.orders.name}"],
])("%s may not name its object by the %s that stays", (address, argument, name) => {
  expect(violations(() => {})).toEqual([]);
  expect(violations((find) => find(address).addOverride(argument, name))).toContainEqual(
    expect.stringMatching(
      new RegExp(
        `^${address}: names ${name.split(".").slice(0, 2).join(".").slice(2)} only by .*\\(rule replaced-together\\)`,
      ),
    ),
  );
});

test("an own resource has to keep the rule", () => {
  const subscribed = (reference: string) =>
    violations((_, stack) => {
      new SnsTopic(stack, "orders", { name: "orders", tags: {} });
      const queue = { protocol: "sqs", endpoint: "arn:aws:sqs:eu-west-1:111111111111:orders" };
      new SnsTopicSubscription(stack, "orders-queue", { ...queue, topicArn: reference });
    }).filter((line) => line.includes("replaced-together"));
  expect(subscribed("${aws_sns_topic.orders.arn}")).toEqual([]);
  expect(subscribed("${aws_sns_topic.orders.name}")).toHaveLength(1);
});
