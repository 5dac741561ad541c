import { ConfigError, type MeshConfig } from '@inmesh/model';

/** What MeshConfig asks for and is not honoured: the SDK of the process decides what is traced. */
export function meshConfigFindings({ enableTracing, defaultConfig }: MeshConfig): ConfigError[] {
  const paths = [
    ...(enableTracing === undefined ? [] : ['enableTracing']),
    ...Object.keys(defaultConfig?.tracing ?? {}).map((field) => `defaultConfig.tracing.${field}`),
  ];
  return paths.map(
    (path) =>
      new ConfigError(
        'INMESH_CONFIG_UNSUPPORTED',
        'not honoured: the SDK of OpenTelemetry in the process samples',
        {
          severity: 'warning',
          position: { source: 'meshConfig', line: 1, column: 1 },
          path,
        },
      ),
  );
}
