import type { RealismReport } from '../../src/realism/realism-report.ts';

/** A made-up report in which one figure is outside, one was not measured, and one name needs escaping. */
export function sampleRealism(): RealismReport {
  return {
    identity: '0123456789abcdef',
    profile: 'default',
    seed: 42,
    orders: 20_000,
    lines: [
      {
        group: 'Products',
        name: 'Lines of the top <1 %> of products',
        published: '27-30 %',
        source: 'OTTO',
        format: 'share',
        measured: 0.271,
        tolerance: [0.23, 0.32],
        verdict: 'within',
      },
      {
        group: 'Time',
        name: 'November over October',
        published: '1.63',
        source: 'Olist',
        format: 'factor',
        measured: 1.2,
        tolerance: [1.55, 1.71],
        verdict: 'outside',
      },
      {
        group: 'Reviews',
        name: 'Five stars',
        published: 'about 57 %',
        source: 'own choice',
        format: 'share',
        measured: null,
        tolerance: [0.53, 0.63],
        verdict: 'not measured',
      },
      {
        group: 'Books',
        name: 'Orders that are not the sum of their parts',
        published: '0',
        source: 'must add up',
        format: 'count',
        measured: 0,
        tolerance: [0, 0],
        verdict: 'within',
      },
    ],
    plots: {
      linesPerOrder: [60, 30, 0, 10],
      ordersPerBuyer: [70, 20, 10],
      popularity: [
        [0.001, 0.09],
        [0.01, 0.271],
        [0.2, 0.81],
        [1, 1],
      ],
      topShares: [
        [0.01, 0.271],
        [0.2, 0.81],
      ],
      sigma: 1.72,
      ordersByDay: Array.from({ length: 731 }, (_, day) => 20 + (day % 7)),
      firstDay: '2024-01-01',
      ordersByHour: Array.from({ length: 7 }, (_, day) =>
        Array.from({ length: 24 }, (_, hour) => day + hour),
      ),
      prices: [
        { fromCents: 100, toCents: 1000, products: 3 },
        { fromCents: 1000, toCents: 10_000, products: 7 },
      ],
      ratings: [8, 4, 8, 20, 60],
    },
  };
}
