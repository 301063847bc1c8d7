/** For `replace_triggered_by`: cdktf would emit the resource as an interpolation, which Terraform refuses there. */
export function addressOf(resource: { terraformResourceType: string; friendlyUniqueId: string }): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}
