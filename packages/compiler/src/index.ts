export type { Service } from './registry/service.js';
