import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { PubsubTopicIamBinding } from "@cdktf/provider-google/lib/pubsub-topic-iam-binding";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

export interface SecretRotationsProps {
  /** Name of the topic, unique in the project. */
  readonly name: string;
  /** E-mail address of Google's service agent that publishes the messages. It exists only once it has been created. */
  readonly agent: string;
  readonly after: readonly ITerraformDependable[];
}

/**
 * The environment's topic, on which Google publishes that a secret is due for rotation, and other events. Messages name
 * secrets but contain no values. The topic has no subscription.
 */
export class SecretRotations extends Construct {
  /** Full name, `projects/P/topics/T`, known after apply. */
  readonly topic: string;
  /** Wait for this before a secret references the topic: Google checks that it may publish there. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, { name, agent, after }: SecretRotationsProps) {
    super(scope, id);
    const topic = new PubsubTopic(this, "secret-rotations", { name, dependsOn: [...after] });
    this.topic = topic.id;
    this.ready = new PubsubTopicIamBinding(new Construct(this, "Publisher"), "secret-rotations", {
      topic: topic.name,
      role: "roles/pubsub.publisher",
      members: [`serviceAccount:${agent}`],
    });
  }
}
