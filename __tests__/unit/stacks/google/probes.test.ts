import { probes } from "../../../../stacks/google/probes";

test("with a health path Cloud Run asks it, at the start and later", () => {
  const httpGet = { path: "/healthz", port: 8080 };
  expect(probes({ healthPath: "/healthz", port: 8080 })).toEqual({
    livenessProbe: { initialDelaySeconds: 0, periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3, httpGet },
    startupProbe: { initialDelaySeconds: 0, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 24, httpGet },
  });
});

test("without one the port must open, and nothing restarts the service later", () => {
  expect(probes({ port: 3000 })).toEqual({
    startupProbe: {
      initialDelaySeconds: 0,
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 24,
      tcpSocket: { port: 3000 },
    },
  });
});

test("no probe waits longer than its period, which Cloud Run would refuse", () => {
  for (const probe of Object.values(probes({ healthPath: "/", port: 1 }))) {
    expect(probe?.timeoutSeconds).toBeLessThanOrEqual(probe?.periodSeconds ?? 0);
  }
});
