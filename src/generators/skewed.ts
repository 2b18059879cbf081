/**
 * A duration from 0 up to `max` from a uniform word, mostly short: the square of a uniform number has
 * its mean at a third and its median at a quarter of the range.
 */
export function skewed(word: number, max: number): number {
  const share = word / 0x100000000;
  return Math.floor(share * share * max);
}

/** A time from `least` to `least + range` after `fromUs`, mostly soon; sooner still where `endUs` is near. */
export function laterWithin(
  fromUs: number,
  least: number,
  range: number,
  endUs: number,
  word: number,
): number {
  const wanted = least + skewed(word, range);
  const available = endUs - fromUs;
  return fromUs + (wanted < available ? wanted : Math.floor((word / 0x100000000) * available));
}
