import { guaranteed } from "../../terraform-access-review/terraform-json/existing-service";
import type { TerraformDocument } from "./document";

const TYPE = "google_cloud_run_v2_service";

/**
 * The same stack with each Cloud Run service that it uses and does not declare as a resource: private and reachable, as
 * each plan requires. A data source without these checks stays one, which no stand-in reads.
 */
export function withExistingServices(document: TerraformDocument): TerraformDocument {
  const { [TYPE]: asked = {}, [`${TYPE}_iam_policy`]: policies = {}, ...others } = document.data ?? {};
  const found = Object.entries(asked).flatMap(([name, body]) => {
    const service = guaranteed(body, policies[name]);
    const isChecked = service.invoker_iam_disabled === false && service.ingress !== undefined;
    return isChecked ? [[name, service] as const] : [];
  });
  if (found.length === 0) return document;
  const left = Object.entries(asked).filter(([name]) => found.every(([known]) => known !== name));
  const data = { ...others, ...(left.length > 0 && { [TYPE]: Object.fromEntries(left) }) };
  const { data: __, ...rest } = document;
  const services = { ...document.resource?.[TYPE], ...Object.fromEntries(found) };
  const whole = {
    ...rest,
    ...(Object.keys(data).length > 0 && { data }),
    resource: { ...document.resource, [TYPE]: services },
  };
  const names = found.map(([name]) => name).join("|");
  const reference = new RegExp(`\\bdata\\.(${TYPE}\\.(?:${names})\\.)`, "g");
  return JSON.parse(JSON.stringify(whole).replace(reference, "$1"));
}
