import { describe, expect, test } from "bun:test";
import { parseAllDocuments } from "yaml";
import type { Configuration } from "../../src/cli/mod.ts";
import { configurationOf, filesBelow, text } from "./deploy_files.ts";

// deno-lint-ignore no-explicit-any -- documents of many kinds, of which each test looks at a few fields
type Manifest = any;

const FOLDER = "deploy/kubernetes";
const files = filesBelow(FOLDER).filter((path) => path.endsWith(".yaml"));
const all: Manifest[] = files.flatMap((path) =>
  parseAllDocuments(text(path)).map((document) => {
    if (document.errors.length > 0) throw new Error(`${path}: ${document.errors[0].message}`);
    return document.toJS();
  })
);

function only(kind: string, name = "sofia-phone"): Manifest {
  const found = all.filter((one) => one.kind === kind && one.metadata.name === name);
  expect([kind, found.length]).toEqual([kind, 1]);
  return found[0];
}

const pod: Manifest = only("StatefulSet").spec.template.spec;
const container: Manifest = pod.containers[0];

function configuration(): Configuration {
  const environment = (container.env as Manifest[]).map(({ name, value, valueFrom }) => {
    if (valueFrom === undefined) return [name, value];
    expect(valueFrom).toEqual({ fieldRef: { fieldPath: "status.podIP" } });
    return [name, "10.20.30.40"];
  });
  return configurationOf(Object.fromEntries(environment));
}

describe("the manifests of Kubernetes", () => {
  test("are there, each with a kind and a name of its own", () => {
    const names = all.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(all.map(({ kind }) => kind).sort()).toEqual([
      "HorizontalPodAutoscaler",
      "PodDisruptionBudget",
      "Service",
      "Service",
      "ServiceAccount",
      "ServiceMonitor",
      "StatefulSet",
    ]);
    for (const { apiVersion } of all) expect(apiVersion).toMatch(/^([a-z.]+\/)?v\d+$/);
  });

  test("tell the program what it takes", () => {
    const { sipHost, httpHost, httpToken, callStore, callStorePassword } = configuration();
    expect([sipHost, httpHost]).toEqual(["10.20.30.40", "10.20.30.40"]);
    expect([httpToken, callStorePassword]).not.toContain(undefined);
    expect(callStore).toMatch(/^redis:\/\//);
    for (const { value } of container.env) expect(["string", "undefined"]).toContain(typeof value);
  });

  test("wait for live calls, and for those who send new ones to hear of it", () => {
    const { drainMs } = configuration();
    const { seconds } = container.lifecycle.preStop.sleep;
    const graceMs = pod.terminationGracePeriodSeconds * 1000;
    expect(graceMs).toBeGreaterThan(drainMs + seconds * 1000 + 15_000);
    const readiness = container.readinessProbe;
    expect(seconds).toBeGreaterThan(readiness.periodSeconds * readiness.failureThreshold);
  });

  test("have ports for as many calls as are taken, away from those of the node", () => {
    const { rtpStartPort, rtpEndPort, maxCalls, sipPort, httpPort } = configuration();
    // Two for each call, and as many again that rest.
    expect(rtpEndPort + 1 - rtpStartPort).toBeGreaterThan(4 * maxCalls);
    expect(rtpEndPort).toBeLessThan(30_000);
    const ports = (container.ports as Manifest[]).map((port) => [
      ...[port.name, port.containerPort, port.hostPort, port.protocol],
    ]);
    expect(ports).toEqual([
      ["sip-udp", sipPort, sipPort, "UDP"],
      ["sip-tcp", sipPort, sipPort, "TCP"],
      ["http", httpPort, httpPort, "TCP"],
    ]);
    const names = ports.map(([name]) => name);
    for (const service of [only("Service"), only("Service", "sofia-phone-http")]) {
      for (const { targetPort } of service.spec.ports) expect(names).toContain(targetPort);
    }
  });

  test("ask /health whether it lives and /ready whether it takes calls", () => {
    const paths = (probe: Manifest) => [probe.httpGet.path, probe.httpGet.port];
    expect(paths(container.livenessProbe)).toEqual(["/health", "http"]);
    expect(paths(container.startupProbe)).toEqual(["/health", "http"]);
    expect(paths(container.readinessProbe)).toEqual(["/ready", "http"]);
    const routes = filesBelow("src/http/routes").map(text).join("\n");
    for (const path of ["/health", "/ready", "/metrics"]) expect(routes).toContain(`"${path}"`);
    expect(only("ServiceMonitor").spec.endpoints[0].path).toBe("/metrics");
  });

  test("find the phones by labels that they have, and the one that has a name for each", () => {
    const labels = only("StatefulSet").spec.template.metadata.labels;
    const selectors = [
      only("StatefulSet").spec.selector.matchLabels,
      only("Service").spec.selector,
      only("Service", "sofia-phone-http").spec.selector,
      only("PodDisruptionBudget").spec.selector.matchLabels,
      pod.topologySpreadConstraints[0].labelSelector.matchLabels,
    ];
    for (const selector of selectors) expect(labels).toEqual(selector);
    expect(only("StatefulSet").spec.serviceName).toBe("sofia-phone");
    // One of the two services, or each figure would be counted twice.
    const expressions: Manifest[] = only("ServiceMonitor").spec.selector.matchExpressions;
    const services = all.filter(({ kind }) => kind === "Service").filter(({ metadata }) =>
      expressions.every(({ key, operator, values }) =>
        operator === "DoesNotExist"
          ? !(key in metadata.labels)
          : values.includes(metadata.labels[key])
      )
    );
    expect(services.map(({ metadata }) => metadata.name)).toEqual(["sofia-phone"]);
    const { port } = only("ServiceMonitor").spec.endpoints[0];
    expect(services[0].spec.ports.map(({ name }: Manifest) => name)).toContain(port);
  });

  test("mount what is read and written, and run as nobody in particular", () => {
    const mounts: Manifest[] = container.volumeMounts;
    const { volumes } = pod;
    expect(mounts.map(({ name }) => name).sort()).toEqual(
      volumes.map(({ name }: Manifest) => name).sort(),
    );
    const secrets = mounts.find(({ name }) => name === "secrets").mountPath;
    for (const { name, value } of container.env) {
      if (name.endsWith("_FILE")) expect(value.startsWith(`${secrets}/`)).toBe(true);
    }
    expect(pod.securityContext.runAsNonRoot).toBe(true);
    expect(container.securityContext.readOnlyRootFilesystem).toBe(true);
    expect(container.image).not.toMatch(/:latest$|^[^:]*$/);
    expect(container.resources.limits.cpu).toBe(undefined);
  });

  test("scale by a figure that there is, below what one phone takes", () => {
    const { spec } = only("HorizontalPodAutoscaler");
    const { metric, target } = spec.metrics[0].pods;
    const figures = filesBelow("src/telemetry/metrics").map(text).join("\n");
    expect(metric.name.startsWith("sofia_phone_")).toBe(true);
    expect(figures).toContain(`name: "${metric.name.replace("sofia_phone_", "")}"`);
    expect(Number(target.averageValue)).toBe(0.6 * configuration().maxCalls);
    expect(spec.scaleTargetRef).toEqual({
      ...{ apiVersion: "apps/v1", kind: "StatefulSet", name: "sofia-phone" },
    });
    // Each that goes has the time to finish its calls before the next one does.
    expect(spec.behavior.scaleDown.policies[0].periodSeconds * 1000).toBeGreaterThan(
      configuration().drainMs - 1,
    );
  });
});
