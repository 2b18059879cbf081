import { logNormalTopShare } from '../../realism/normal.ts';
import type { RealismPlots } from '../../realism/realism-report.ts';
import { formatSignificant } from '../format.ts';
import { html } from '../html-text.ts';
import { linePath, type Point, pixel } from '../plots/drawing.ts';
import { linearScale, logScale } from '../plots/scale.ts';
import { type Chart, type ChartArea, labelsBelow, valueAxis } from './chart.ts';
import { axisShare } from './realism-figures.ts';

const WIDTH = 500;
const HEIGHT = 256;
const AREA: ChartArea = { left: 48, right: 492, top: 32, bottom: 214 };
const LEAST_SHARE = 0.001;
const CURVE_POINTS = 80;

/** What the best-selling products sell, against the log-normal distribution of the same top 20 %. */
export function popularityChart({ popularity, topShares, sigma }: RealismPlots): Chart {
  const x = logScale(LEAST_SHARE, 1, [AREA.left, AREA.right]);
  const y = linearScale(1, [AREA.bottom, AREA.top], 4);
  const point = (products: number, lines: number): Point => [
    x.position(products),
    y.position(lines),
  ];
  const measured = popularity
    .filter(([products]) => products >= LEAST_SHARE)
    .map(([products, lines]) => point(products, lines));
  const fitted = Array.from({ length: CURVE_POINTS }, (_, i) => {
    const products = LEAST_SHARE ** (1 - i / CURVE_POINTS);
    return point(products, logNormalTopShare(sigma, products));
  });
  const sigmaText = formatSignificant(sigma, 2);
  return {
    id: 'popularity',
    title: 'Popularity of products',
    description: `Curve of the share of lines that the best-selling products have: ${topShares.map(([top, share]) => `the top ${axisShare(top)} have ${axisShare(share)}`).join(', ')}. A log-normal distribution with sigma ${sigmaText} is drawn beside it.`,
    caption: `Share of all lines that the best-selling share of products has. Dashed: log-normal, sigma ${sigmaText}.`,
    width: WIDTH,
    height: HEIGHT,
    content: html`${valueAxis(AREA, y, (tick) => axisShare(tick))}<path class="line c0" d="${linePath(measured)}"/><path class="line dashed c3" d="${linePath(fitted)}"/>${topShares.map(
      ([top, share]) => {
        const [cx, cy] = point(top, share);
        return html`<g class="c0"><circle class="cut" cx="${pixel(cx)}" cy="${pixel(cy)}" r="3.5"/><text class="end note" x="${pixel(cx - 8)}" y="${pixel(cy - 6)}">top ${axisShare(top)}: ${axisShare(share)}</text></g>`;
      },
    )}${labelsBelow(
      AREA,
      x.ticks.map((tick) => [x.position(tick), axisShare(tick)] as const),
    )}<text class="end" x="${AREA.right}" y="${HEIGHT - 2}">of products, best first</text>`,
  };
}
