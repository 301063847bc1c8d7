import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { PubsubTopicIamBinding } from "@cdktf/provider-google/lib/pubsub-topic-iam-binding";
import type { EnvironmentStack } from "cloud-front-door";

/** A topic to which only the service `orders` may publish. */
export function orderEvents(stack: EnvironmentStack): void {
  const { orders } = stack.services;
  if (orders === undefined) return; // an environment without the service
  const topic = new PubsubTopic(stack, "order-events", { name: `${stack.prefix}-order-events` });
  // A binding, not a member: Terraform removes a publisher that was added by hand.
  new PubsubTopicIamBinding(stack, "order-events-publisher", {
    topic: topic.id,
    role: "roles/pubsub.publisher",
    members: [`serviceAccount:${orders.runtimeAccount}`],
  });
}
