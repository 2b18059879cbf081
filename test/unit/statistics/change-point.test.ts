import { expect, test } from 'vitest';
import { cell } from '../../../src/random/cell.ts';
import { changePointOf } from '../../../src/statistics/change-point.ts';

// R's data set `Nile`, the yearly flow from 1871 to 1970; the dam was begun in 1898.
const NILE = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180,
  799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701,
  916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862,
  698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812,
  742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906,
  901, 1170, 912, 746, 919, 718, 714, 740,
];

test('the flow of the Nile changed after 1898, as Pettitt’s statistic by R 4.2.2 has it', () => {
  const found = changePointOf(NILE);
  // k = 28, K = 1617, by the double sum of its definition.
  expect(found?.after).toBe(27);
  expect(found?.pValue).toBeCloseTo(3.591022177e-7, 12);
});

test('a series without a change seldom shows one; eight values are the least', () => {
  let alarms = 0;
  for (let series = 0; series < 400; series++) {
    const values = Array.from({ length: 40 }, (_, index) => cell(7, series, index));
    if ((changePointOf(values)?.pValue ?? 1) <= 0.05) alarms++;
  }
  expect(alarms / 400).toBeLessThan(0.07);
  expect(changePointOf([1, 2, 3, 4, 5, 6, 7])).toBeNull();
  expect(changePointOf([3, 3, 3, 3, 3, 3, 3, 3])?.pValue).toBe(1);
});
