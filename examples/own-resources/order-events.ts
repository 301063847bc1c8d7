import { TerraformResource } from "cdktf";
import type { EnvironmentStack } from "cloud-front-door";

/** A topic to which only the service `orders` may publish. */
export function orderEvents(stack: EnvironmentStack): void {
  const { orders } = stack.services;
  if (orders === undefined) return; // an environment without the service
  const topic = new TerraformResource(stack, "order-events", { terraformResourceType: "google_pubsub_topic" });
  topic.addOverride("name", `${stack.prefix}-order-events`);
  // A binding, not a member: Terraform removes a publisher that was added by hand.
  const type = "google_pubsub_topic_iam_binding";
  const publisher = new TerraformResource(stack, "order-events-publisher", { terraformResourceType: type });
  publisher.addOverride("topic", topic.getStringAttribute("id"));
  publisher.addOverride("role", "roles/pubsub.publisher");
  publisher.addOverride("members", [`serviceAccount:${orders.runtimeAccount}`]);
}
