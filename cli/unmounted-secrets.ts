import type { Intent } from "../intent/intent";

/** For each secret that is created but not mounted yet: what is missing, and the command that fills it. */
export function unmountedSecrets({ google, services, environment }: Intent): string[] {
  return services.flatMap((service) =>
    service.secrets
      .filter(({ version }) => version === undefined)
      .map(
        ({ id, secretId, variable }) =>
          `secret ${id} is created and not mounted as ${variable} of ${service.key}: after the first deploy run\n` +
          `      gcloud secrets versions add ${secretId} --project=${google.project} --data-file=-\n` +
          `    and pin the version it prints: services.${service.key}.secrets.${variable}.version in config/${environment}.yaml`,
      ),
  );
}
