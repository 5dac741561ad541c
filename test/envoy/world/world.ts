import type { TestCase } from '../../conformance/conformance-case.js';
import { createBalanceWorld } from './balance.js';
import { createFiltersWorld } from './filters.js';
import { createHealthWorld } from './health.js';
import { createRulesWorld } from './rules.js';
import { createTcpWorld } from './tcp.js';

export const worldKinds = ['rules', 'balance', 'filters', 'health', 'tcp'] as const;
export type WorldKind = (typeof worldKinds)[number];

const makers: Readonly<Record<WorldKind, (seed: number, requests: number) => TestCase>> = {
  rules: createRulesWorld,
  balance: createBalanceWorld,
  filters: createFiltersWorld,
  health: createHealthWorld,
  tcp: createTcpWorld,
};

/** The same world for the same seed. */
export const createWorld = (kind: WorldKind, seed: number, requests: number): TestCase =>
  makers[kind](seed, requests);
