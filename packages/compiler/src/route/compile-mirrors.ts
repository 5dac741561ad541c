import type { FractionalPercent, HTTPRoute, Percent, RequestMirrorPolicy } from '@inmesh/model';
import { fractionOfHundred, fractionOfMillion } from './fraction.js';
import { destinationCluster, type RouteContext } from './route-context.js';

/**
 * Where copies of a request go: `mirror` first, then each of `mirrors`. Without a percentage all requests are
 * copied, with an explicit 0 none. The copy keeps its host: no `-shadow` is appended. Istio: `MirrorPercent`,
 * `TranslateRequestMirrorPolicy`.
 */
export function compileMirrors(rule: HTTPRoute, context: RouteContext): RequestMirrorPolicy[] {
  const single = rule.mirror && [{ destination: rule.mirror, share: shareOf(rule) }];
  const listed = (rule.mirrors ?? []).map(({ destination, percentage }) => ({
    destination,
    share: shareOfPercentage(percentage),
  }));
  return [...(single ?? []), ...listed].flatMap(({ destination, share }) =>
    destination && share
      ? [
          {
            cluster: destinationCluster(destination, context),
            runtimeFraction: { defaultValue: share },
            traceSampled: false,
            disableShadowHostSuffixAppend: true,
          },
        ]
      : [],
  );
}

function shareOf({ mirrorPercentage, mirrorPercent }: HTTPRoute): FractionalPercent | undefined {
  if (mirrorPercentage || mirrorPercent === undefined) return shareOfPercentage(mirrorPercentage);
  return Number(mirrorPercent) > 0 ? fractionOfHundred(mirrorPercent) : undefined;
}

function shareOfPercentage(percentage: Percent | undefined): FractionalPercent | undefined {
  if (!percentage) return fractionOfHundred(100);
  return (percentage.value ?? 0) > 0 ? fractionOfMillion(percentage) : undefined;
}
