import { CloudRunV2ServiceIamMember } from "@cdktf/provider-google/lib/cloud-run-v2-service-iam-member";
import { DataGoogleCloudRunV2Service } from "@cdktf/provider-google/lib/data-google-cloud-run-v2-service";
import { DataGoogleCloudRunV2ServiceIamPolicy } from "@cdktf/provider-google/lib/data-google-cloud-run-v2-service-iam-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { acceptsAudience, IS_CHECKED, IS_NOT_PUBLIC, IS_REACHABLE } from "../../contract/existing-service";
import type { ExistingService } from "../../intent/model/intent";

export interface ExistingRunServiceProps {
  readonly existing: ExistingService;
  /** Audience of the gateway's tokens, which the service must accept. */
  readonly audience: string;
  /** IAM member that may invoke it. */
  readonly invoker: string;
}

/**
 * A Cloud Run service that others manage. Each plan checks what the front door relies on, before anything refers to the
 * service. Its only resource is one member of its policy: a binding would remove the members that the owner added.
 */
export class ExistingRunService extends Construct {
  /** `https://….run.app`. */
  readonly url: string;
  /** Wait for this before the first call. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, { existing, audience, invoker }: ExistingRunServiceProps) {
    super(scope, id);
    const { name, region: location, project } = existing;
    const described = `Cloud Run service ${name} of ${project}`;
    const update = (flags: string) =>
      `gcloud run services update ${name} --region=${location} --project=${project} ${flags}`;
    const service = new DataGoogleCloudRunV2Service(this, "Service", {
      name,
      location,
      project,
      lifecycle: {
        postcondition: [
          {
            condition: IS_CHECKED,
            errorMessage: `${described}: its invoker IAM check is off, so anyone can call it past the gateway. Its owner switches it on: ${update("--invoker-iam-check")}`,
          },
          {
            condition: IS_REACHABLE,
            errorMessage: `${described}: its ingress refuses calls from the internet, and so the gateway's. Its owner changes it: ${update("--ingress=all")}`,
          },
          {
            condition: acceptsAudience(audience),
            errorMessage: `${described}: it does not accept the audience ${audience}. Its owner adds it: ${update(`--add-custom-audiences=${audience}`)}. Or name one that it accepts in existing.audience`,
          },
        ],
      },
    });
    new DataGoogleCloudRunV2ServiceIamPolicy(this, "Policy", {
      name,
      location,
      project,
      lifecycle: {
        postcondition: [
          {
            condition: IS_NOT_PUBLIC,
            errorMessage: `${described}: allUsers or allAuthenticatedUsers has a role on it. Its owner removes it: gcloud run services remove-iam-policy-binding ${name} --region=${location} --project=${project} --member=allUsers --role=roles/run.invoker`,
          },
        ],
      },
    });
    this.url = service.uri;
    this.ready = new CloudRunV2ServiceIamMember(this, "Invoker", {
      name: service.name,
      location: service.location,
      project: service.project,
      role: "roles/run.invoker",
      member: invoker,
    });
  }
}
