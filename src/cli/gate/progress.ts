import type { GateProgress } from '../../experiments/gate/run-gate.ts';
import { formatEstimate, formatInterval } from '../../reports/experiment/figure-text.ts';

/** `confirming, pair 3 of 12: server CPU per action +0.4 % (-1.2 % to +2.0 %), ...`. */
export function gateLine({ clonePairs, nextLook, isConfirmation, figures }: GateProgress): string {
  const told = figures
    .filter(({ isPrimary, shift }) => isPrimary && shift !== null)
    .map((figure) => {
      const interval = formatInterval(figure);
      const bounds = interval === 'not bounded' ? '' : ` (${interval})`;
      return `${figure.name} ${formatEstimate(figure)}${bounds}`;
    });
  const what = isConfirmation ? 'confirming, pair' : 'pair';
  return `  ${what} ${clonePairs} of ${nextLook}: ${told.join(', ')}`;
}
