import { Histogram } from '@inmesh/engine';
import type { Labels } from '../stats/stat.js';

/** Calls that have all labels in common. */
export class RequestSeries {
  readonly labels: Labels;
  requests = 0;
  readonly durationMs: Histogram = new Histogram();
  readonly requestBytes: Histogram = new Histogram();
  readonly responseBytes: Histogram = new Histogram();

  constructor(labels: Labels) {
    this.labels = labels;
  }
}

/** Connections that have all labels in common. */
export class ConnectionSeries {
  readonly labels: Labels;
  opened = 0;
  closed = 0;
  sentBytes = 0;
  receivedBytes = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }
}
