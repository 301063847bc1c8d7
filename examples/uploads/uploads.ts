import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamBinding } from "@cdktf/provider-google/lib/service-account-iam-binding";
import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { StorageBucketIamBinding } from "@cdktf/provider-google/lib/storage-bucket-iam-binding";
import type { EnvironmentStack } from "cloud-front-door";

/** A bucket into which holders of a signed URL may put new objects. The service `orders` may ask Google to sign one. */
export function uploads(stack: EnvironmentStack): void {
  const { prefix, services } = stack;
  const { orders } = services;
  if (orders === undefined) return; // an environment without the service
  const bucket = new StorageBucket(stack, "uploads", {
    name: `${prefix}-uploads`,
    location: "EU",
    uniformBucketLevelAccess: true,
    publicAccessPrevention: "enforced",
    lifecycleRule: [{ action: { type: "Delete" }, condition: { age: 7 } }],
  });
  // An account of its own: the service cannot read the bucket, and a URL cannot do more than create.
  const signer = new ServiceAccount(stack, "uploads-signer", { accountId: `${prefix}-uploads` });
  new StorageBucketIamBinding(stack, "uploads-creator", {
    bucket: bucket.id,
    role: "roles/storage.objectCreator",
    members: [signer.member],
  });
  // Includes iam.serviceAccounts.signBlob, on this one account.
  new ServiceAccountIamBinding(stack, "uploads-sign", {
    serviceAccountId: signer.name,
    role: "roles/iam.serviceAccountTokenCreator",
    members: [`serviceAccount:${orders.runtimeAccount}`],
  });
}
