import type { Change } from "./document";
import { container, template } from "./preview-document";

export const SECRET = "google_secret_manager_secret";

/** Moves the configuration of the Envoy in front of `orders` into a secret's version, as for a long configuration. */
export const mounted: Change = (document) => {
  container("orders", 0, (proxy) => {
    const [, text, ...rest] = proxy.args;
    proxy.args = ["--config-path", "/etc/envoy-configuration/envoy-1.json", ...rest];
    proxy.volume_mounts = [{ name: "envoy-configuration", mount_path: "/etc/envoy-configuration" }];
    const { resource } = document;
    Object.assign(resource[SECRET] ?? {}, {
      orders_envoy: { secret_id: "orders-envoy", replication: { auto: {} } },
    });
    Object.assign(resource[`${SECRET}_iam_binding`] ?? {}, {
      orders_envoy: {
        secret_id: `\${${SECRET}.orders_envoy.secret_id}`,
        role: "roles/secretmanager.secretAccessor",
        members: ["${google_service_account.orders_rt.member}"],
      },
    });
    resource[`${SECRET}_version`] = {
      orders_envoy: { secret: `\${${SECRET}.orders_envoy.id}`, secret_data: text, deletion_policy: "ABANDON" },
    };
  })(document);
  template("orders", (declared) => {
    const items = [{ path: "envoy-1.json", version: `\${${SECRET}_version.orders_envoy.version}` }];
    const secret = { secret: `\${${SECRET}.orders_envoy.secret_id}`, items };
    declared.volumes = [{ name: "envoy-configuration", secret }];
  })(document);
};
