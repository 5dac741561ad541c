/** A number, or its text: proto3 JSON allows both. */
export type NumberValue = number | string;

/** A share in percent, from 0 to 100 with steps of 0.0001. */
export interface Percent {
  value?: number;
}

/** Which workloads of a namespace a resource is meant for. Absent: all. */
export interface WorkloadSelector {
  labels?: Record<string, string>;
}

/** The port of a service or listener. Istio: `Port`, `ServicePort`, `SidecarPort`. */
export interface Port {
  number?: number;
  protocol?: string;
  name?: string;
  targetPort?: number;
}

/** An Envoy message in proto3 JSON, whose form the contract does not fix. */
export type Struct = { [key: string]: unknown };
