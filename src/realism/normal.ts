/** The standard normal distribution function: Abramowitz and Stegun 26.2.17, error below 7.5e-8. */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.319_381_53 +
      t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  return z >= 0 ? 1 - tail : tail;
}

/** The inverse of `normalCdf`, by bisection, for probabilities from 0 to 1 exclusive. */
export function normalQuantile(probability: number): number {
  let low = -8;
  let high = 8;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (low + high) / 2;
}

/** The share of all sales that the best-selling share `top` of products has under a log-normal popularity. */
export function logNormalTopShare(sigma: number, top: number): number {
  return normalCdf(sigma - normalQuantile(1 - top));
}

/** The sigma under which the best-selling share `top` of products has the share `sales` of all sales. */
export function logNormalSigma(top: number, sales: number): number {
  return normalQuantile(sales) + normalQuantile(1 - top);
}
