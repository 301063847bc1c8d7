/** For `replace_triggered_by`: cdktf would emit the resource as an interpolation, which Terraform refuses there. */
export function addressOf(resource: { terraformResourceType: string; friendlyUniqueId: string }): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}

/** When this attribute of it is another. */
export function attributeOf(
  resource: { terraformResourceType: string; friendlyUniqueId: string },
  attribute: string,
): string {
  return `${addressOf(resource)}.${attribute}`;
}

/** As well, but only when it becomes another object: a change of it in place, another scope of a client, is none. */
export function identityOf(resource: { terraformResourceType: string; friendlyUniqueId: string }): string {
  return attributeOf(resource, "id");
}
